//! `faults.md`'s names, and two hundred more, through all three forms.

use embedded_authentik::Release;
use gatewright::authentik::providers_oauth2::Redirect;
use gatewright::export::{Kind, Row, Script, Thing};
use gatewright::export::{Names, Texts, blueprint, of_plan, shell, terraform};
use gatewright::plan::{Gate, Key, Mapping, OutpostChoice, Plan, Registration, create_oidc_app, protect_site};
use gatewright::site::Origin;
use serde_json::{Value, json};

use crate::parsed;
use crate::support::{held, run, run_with, set};

/// What means something to somebody.
const BITS: [&str; 50] = [
    "\"",
    "'",
    "\\",
    "`",
    "$",
    "${",
    "%{",
    "$${",
    "%%{",
    "$$$${x}",
    "${file(\"/etc/passwd\")}",
    "%{ if true }",
    "~}",
    "$(touch hacked)",
    "`touch hacked`",
    "; touch hacked",
    "&& exit 1",
    "\n",
    "\r\n",
    "\nEOF\n",
    "<<EOT",
    "!Find [a, [b, c]]",
    "!Env HOME",
    "!KeyOf provider",
    "#{",
    "# no comment",
    ": ",
    "- ",
    "* ",
    "& ",
    "! ",
    "| ",
    "> ",
    "@",
    "{{ x }}",
    "\\(env.AUTHENTIK_TOKEN)",
    "\\u0041",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\\ud800",
    "\u{202e}gnp.exe",
    "שלום",
    "اسم",
    "👩‍👩‍👧‍👦",
    "e\u{301}",
    "\u{7}",
    "\u{1b}[31m",
    "\t",
    "\u{fffe}",
];

/// Whole names that are taken for something else.
const WHOLE: [&str; 30] = [
    "yes",
    "no",
    "on",
    "null",
    "~",
    "true",
    "1e3",
    "0x10",
    "0o7",
    "12:30",
    "2026-11-25",
    ".inf",
    ".NaN",
    "-",
    "*",
    "&a",
    "!x",
    "?",
    "=",
    "<<",
    "[]",
    "{}",
    "---",
    "...",
    "%YAML 1.2",
    "-n",
    "--help",
    "$HOME",
    "'",
    "\"",
];

/// Two hundred names, all different.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = WHOLE.iter().map(|name| (*name).to_owned()).collect();
    names.extend(BITS.iter().map(|bit| format!("a{bit}b")));
    names.extend(BITS.iter().map(|bit| format!("{bit}x")));
    names.extend(
        BITS.iter().enumerate().map(|(number, bit)| format!("{bit}{} {bit}", BITS[(number * 7 + 3) % BITS.len()])),
    );
    names.extend(BITS.iter().take(40).map(|bit| bit.chars().cycle().take(300).collect()));
    names.push("ü'".repeat(150));
    // authentik takes spaces off both ends.
    let mut names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

fn origin() -> Origin {
    Origin::of(&gatewright::ports::native_url("https://larder.example.com").expect("an address")).expect("a site")
}

fn row(kind: Kind, pk: &str, key: &str) -> Row {
    let by = if kind == Kind::Flow { "slug" } else { "name" };
    Row { thing: Thing { kind, by, key: key.into(), id: pk.into() }, own: None, providers: vec![] }
}

fn newest() -> Option<gatewright::authentik::Release> {
    gatewright::authentik::Release::parse(Release::R2026_8.version())
}

/// Everything that can have a name has this one.
fn known(name: &str) -> Names {
    let rows = vec![
        row(Kind::Flow, "f1", name),
        row(Kind::Flow, "f2", "plain"),
        row(Kind::Group, "g1", name),
        row(Kind::Outpost, "o1", name),
        row(Kind::Scope, "s1", name),
    ];
    Names { rows, release: newest() }
}

fn gate(name: &str) -> Plan {
    let gate = Gate {
        name: name.into(),
        slug: "larder".into(),
        origin: origin(),
        external_host: "https://larder.example.com".into(),
        cookie_domain: None,
        authorization_flow: "f1".into(),
        invalidation_flow: "f2".into(),
        session: "hours=24".into(),
        groups: vec![("g1".into(), name.into())],
        outpost: OutpostChoice { pk: "o1".into(), name: name.into(), others: 1 },
        open_paths: vec![name.into()],
    };
    protect_site("p".into(), &gate)
}

fn app(name: &str) -> Plan {
    let mapping = |name: &str| Mapping::New { name: name.into(), scope: name.into(), expression: name.into() };
    let app = Registration {
        name: name.into(),
        slug: "larder".into(),
        origin: origin(),
        address: "https://larder.example.com".into(),
        service: String::new(),
        asked: Vec::new(),
        group: name.into(),
        launch_url: "https://larder.example.com".into(),
        icon: None,
        client_id: name.into(),
        public: false,
        redirects: vec![Redirect { regex: true, url: name.into(), kind: None }],
        grant_types: vec!["authorization_code".into()],
        mappings: vec![Mapping::There("s1".into()), mapping(name)],
        key: Key::New(name.into()),
        authorization_flow: "f1".into(),
        invalidation_flow: "f2".into(),
        sub_mode: "hashed_user_id".into(),
        logout: (String::new(), String::new()),
        access_code_validity: "minutes=1".into(),
        access_token_validity: "minutes=5".into(),
        refresh_token_validity: "days=30".into(),
        groups: vec![("g1".into(), name.into())],
    };
    create_oidc_app("p".into(), &app)
}

fn code(plan: &Plan, names: &Names) -> Texts {
    let export = of_plan("https://auth.example.com/", plan, names).expect("it makes an application");
    Texts { terraform: terraform(&export), blueprint: blueprint(&export), shell: shell(&Script::of_export(&export)) }
}

fn entry<'a>(blueprint: &'a Value, model: &str) -> &'a Value {
    let entries = blueprint["entries"].as_array().expect("entries");
    entries.iter().find(|entry| entry["model"] == model).unwrap_or_else(|| panic!("no {model}"))
}

fn only<'a>(object: &'a Value, kind: &str) -> &'a Value {
    object[kind].as_object().and_then(|all| all.values().next()).unwrap_or_else(|| panic!("no {kind}: {object}"))
}

#[test]
fn there_are_two_hundred_of_them() {
    assert!(names().len() >= 200, "{}", names().len());
}

#[test]
fn fault_33_every_name_is_the_same_in_terraform_and_blueprint() {
    for name in names() {
        let known = known(&name);
        for (plan, provider, model) in [
            (gate(&name), "authentik_provider_proxy", "authentik_providers_proxy.proxyprovider"),
            (app(&name), "authentik_provider_oauth2", "authentik_providers_oauth2.oauth2provider"),
        ] {
            let code = code(&plan, &known);
            let hcl = parsed::terraform(&code.terraform);
            assert_eq!(only(&hcl["resource"], "authentik_application")["name"], name, "{}", code.terraform);
            let resource = only(&hcl["resource"], provider);
            assert_eq!(resource["name"], name);
            assert_eq!(only(&hcl["data"], "authentik_group")["name"], name);
            let flows = hcl["data"]["authentik_flow"].as_object().expect("flows");
            assert!(flows.values().any(|flow| flow["slug"] == name.as_str()), "{flows:?}");
            let yaml = parsed::blueprint(&code.blueprint);
            let attrs = &entry(&yaml, model)["attrs"];
            assert_eq!(entry(&yaml, model)["identifiers"]["name"], name);
            assert_eq!(entry(&yaml, "authentik_core.application")["attrs"]["name"], name);
            assert_eq!(attrs["authorization_flow"], json!({"!Find": ["authentik_flows.flow", ["slug", name]]}));
            let binding = entry(&yaml, "authentik_policies.policybinding");
            assert_eq!(binding["identifiers"]["group"], json!({"!Find": ["authentik_core.group", ["name", name]]}));
            assert_eq!(binding["identifiers"]["target"], json!({"!KeyOf": "application"}));
            if provider == "authentik_provider_proxy" {
                assert_eq!((&resource["skip_path_regex"], &attrs["skip_path_regex"]), (&json!(name), &json!(name)));
                assert_eq!(only(&hcl["data"], "authentik_outpost")["name"], name);
                assert!(!code.blueprint.contains("authentik_outposts.outpost"), "no outpost's list");
            } else {
                let redirects = json!([{"matching_mode": "regex", "url": name}]);
                assert_eq!((&resource["allowed_redirect_uris"], &attrs["redirect_uris"]), (&redirects, &redirects));
                assert_eq!((&resource["client_id"], &attrs["client_id"]), (&json!(name), &json!(name)));
                assert_eq!(resource["client_secret"], json!({"$ref": "var.larder_client_secret"}));
                assert_eq!(attrs["client_secret"], json!({"!Env": "CLIENT_SECRET"}));
                assert_eq!(hcl["variable"]["larder_client_secret"]["sensitive"], true);
                let mapping = only(&hcl["resource"], "authentik_property_mapping_provider_scope");
                let entry = entry(&yaml, "authentik_providers_oauth2.scopemapping");
                assert_eq!((&mapping["expression"], &entry["attrs"]["expression"]), (&json!(name), &json!(name)));
                assert_eq!((&mapping["name"], &entry["identifiers"]["name"]), (&json!(name), &json!(name)));
                assert_eq!(only(&hcl["resource"], "authentik_certificate_key_pair")["name"], name);
            }
        }
    }
}

/// Made for real: the name of an application and of its provider, and of six groups that get in.
#[tokio::test]
async fn fault_33_every_name_arrives_through_the_script_and_nothing_in_it_runs() {
    let folder = std::env::temp_dir().join(format!("gatewright-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let authentik = set(Release::R2026_8).await;
    let outpost = authentik.control.change(|world| world.outposts[0].clone());
    let flow = |slug: &str| {
        let flow = authentik.control.change(|world| world.flows.iter().find(|flow| flow["slug"] == slug).cloned());
        row(Kind::Flow, flow.expect("a flow")["pk"].as_str().expect("a pk"), slug)
    };
    let flows = ["default-provider-authorization-implicit-consent", "default-provider-invalidation-flow"].map(flow);
    let names = names();
    for (number, names) in names.chunks(7).enumerate() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let groups: Vec<(String, String)> = authentik.control.change(|world| {
            let others = world.groups.iter_mut().filter(|group| !group.is_superuser);
            let renamed = others.zip(&names[1..]).map(|(group, name)| {
                (*name).clone_into(&mut group.name);
                (group.pk.clone(), group.name.clone())
            });
            renamed.collect()
        });
        assert_eq!(groups.len(), names.len() - 1, "as many groups as names");
        let slug = format!("app-{number}");
        let mut rows: Vec<Row> = flows.to_vec();
        rows.extend(groups.iter().map(|(pk, name)| row(Kind::Group, pk, name)));
        rows.push(row(Kind::Outpost, &outpost.pk, &outpost.name));
        let known = Names { rows, release: newest() };
        let gate = Gate {
            name: names[0].into(),
            slug: slug.clone(),
            origin: origin(),
            external_host: format!("https://app-{number}.example.com"),
            cookie_domain: None,
            authorization_flow: flows[0].thing.id.clone(),
            invalidation_flow: flows[1].thing.id.clone(),
            session: "hours=24".into(),
            groups: groups.clone(),
            outpost: OutpostChoice { pk: outpost.pk.clone(), name: outpost.name.clone(), others: 1 },
            open_paths: vec![format!("^/{number}$")],
        };
        let script = code(&protect_site("p".into(), &gate), &known).shell;
        let ended = run(&format!("cd {}\n{script}", folder.display()), &authentik).await;
        assert!(ended.well, "{names:?}: {}\n{script}", ended.said);
        let state = held(&authentik);
        let rows = |list: &str, key: &str, is: &str| -> Vec<Value> {
            let rows = state[list].as_array().expect("rows");
            rows.iter().filter(|row| row[key] == is).cloned().collect()
        };
        assert_eq!(rows("applications", "slug", &slug)[0]["name"], names[0]);
        assert_eq!(rows("providers", "name", names[0])[0]["proxy"]["skip_path_regex"], format!("^/{number}$"));
        let bindings = rows("bindings", "target", &format!("applications/{slug}"));
        let bound: Vec<&str> = bindings.iter().filter_map(|binding| binding["group"].as_str()).collect();
        assert!(groups.iter().all(|(pk, _)| bound.contains(&pk.as_str())) && bound.len() == groups.len(), "{bound:?}");
    }
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 0, "something in a name ran");
    std::fs::remove_dir(&folder).expect("an empty folder");
}

#[test]
fn fault_33_a_nul_which_authentik_can_not_store_is_left_out_and_said() {
    let code = code(&gate("La\0rder"), &known("Larder"));
    assert_eq!(only(&parsed::terraform(&code.terraform)["resource"], "authentik_application")["name"], "Larder");
    assert_eq!(entry(&parsed::blueprint(&code.blueprint), "authentik_core.application")["attrs"]["name"], "Larder");
    for text in [&code.terraform, &code.blueprint, &code.shell] {
        assert!(text.contains("# A NUL character was left out") && !text.contains('\0'), "{text}");
        assert!(!text.contains("u0000"), "{text}");
    }
}

/// A token that may not list flows, groups and outposts: each is asked for by name, with the UUID that it is here.
#[tokio::test]
async fn what_could_not_be_read_is_asked_for_and_never_guessed() {
    let code = code(&gate("Larder"), &Names { rows: Vec::new(), release: newest() });
    let hcl = parsed::terraform(&code.terraform);
    let variables = hcl["variable"].as_object().expect("variables");
    assert_eq!(
        variables.keys().collect::<Vec<_>>(),
        ["larder_flow_1", "larder_flow_2", "larder_group_3", "larder_outpost_4"]
    );
    assert!(variables["larder_flow_1"]["description"].as_str().is_some_and(|says| says.contains("f1")));
    let provider = only(&hcl["resource"], "authentik_provider_proxy");
    assert_eq!(provider["authorization_flow"], json!({"$ref": "var.larder_flow_1"}));
    let yaml = parsed::blueprint(&code.blueprint);
    let attrs = &entry(&yaml, "authentik_providers_proxy.proxyprovider")["attrs"];
    assert_eq!(attrs["authorization_flow"], json!({"!Env": "FLOW_1"}));
    let authentik = set(Release::R2025_10).await;
    let ended = run(&code.shell, &authentik).await;
    assert!(!ended.well && ended.said.contains("set FLOW_1. Nothing was changed."), "{ended:?}");
    // Said, it works.
    let (flows, group, outpost) = authentik.control.change(|world| {
        let flow = |slug: &str| world.flows.iter().find(|flow| flow["slug"] == slug).expect("a flow")["pk"].clone();
        let flows =
            [flow("default-provider-authorization-implicit-consent"), flow("default-provider-invalidation-flow")];
        (flows, world.groups[1].pk.clone(), world.outposts[0].pk.clone())
    });
    let environment = [
        ("AUTHENTIK_TOKEN", authentik.about().tokens.admin.clone()),
        ("AUTHENTIK_URL", authentik.about().urls.authentik.clone()),
        ("FLOW_1", flows[0].as_str().expect("a pk").to_owned()),
        ("FLOW_2", flows[1].as_str().expect("a pk").to_owned()),
        ("GROUP_3", group.clone()),
        ("OUTPOST_4", outpost),
    ];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ended = run_with(&code.shell, &environment).await;
    assert!(ended.well, "{ended:?}\n{}", code.shell);
    let state = held(&authentik);
    let provider = state["applications"]
        .as_array()
        .expect("rows")
        .iter()
        .find(|app| app["slug"] == "larder")
        .expect("made")["provider"]
        .clone();
    assert!(state["outposts"][0]["providers"].as_array().expect("a list").contains(&provider));
}
