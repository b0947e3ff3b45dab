//! The sample site behind the edge proxy: Larder, a made-up pantry inventory. It trusts the headers of the proxy. At `/hostile`
//! it turns against who looks at it.

use crate::hostile::names;
use crate::pages::escaped;
use crate::reply::{Reply, Visit};
use crate::setup::Site;
use crate::shared::Shared;

/// What the site does, and the page.
pub fn answer(shared: &Shared, site: Site, visit: &Visit) -> Reply {
    let stranger = visit.header("x-authentik-username").is_none();
    match (site, visit.path.as_str()) {
        (Site::Home, "/") => Reply::redirect("/home"),
        (Site::OwnLogin, "/login") => Reply::html(
            200,
            "<!DOCTYPE html>\n<html lang=\"en\"><title>Larder</title><h1>Sign in to Larder</h1></html>\n",
        ),
        (Site::OwnLogin, _) if stranger => Reply::redirect("/login"),
        (Site::LoginElsewhere, _) if stranger => Reply::redirect(&shared.urls.elsewhere),
        (Site::ServiceWorker, "/sw.js") => Reply::text(200, WORKER).replacing("content-type", "text/javascript"),
        (Site::NoConnect, _) => page(visit, "").with("content-security-policy", "connect-src 'none'"),
        (Site::ServiceWorker, _) => page(visit, "<script>navigator.serviceWorker.register('/sw.js')</script>"),
        _ => page(visit, ""),
    }
}

/// Answers everything by itself, from the first moment on.
const WORKER: &str = "addEventListener('install', () => skipWaiting());\n\
     addEventListener('activate', event => event.waitUntil(clients.claim()));\n\
     addEventListener('fetch', event => event.respondWith(new Response('<title>Larder</title><h1>From the cache</h1>', \
     { headers: { 'content-type': 'text/html' } })));\n";

/// Another app, which answers everything.
pub fn other_app() -> Reply {
    Reply::html(200, "<!DOCTYPE html>\n<html lang=\"en\"><title>Toolbox</title><h1>Toolbox</h1></html>\n")
}

/// The page. It shows who the site is told the visitor is, and under which host it was asked.
fn page(visit: &Visit, script: &str) -> Reply {
    match visit.path.as_str() {
        "/favicon.ico" => return Reply::empty(404),
        "/hostile" => return hostile(),
        "/hostile/page.js" => return file("text/javascript", PAGE),
        "/hostile/icon.svg" => return file("image/svg+xml", ICON),
        _ => {}
    }
    let header = |name: &str| escaped(visit.header(name).unwrap_or_default());
    let person = match header("x-authentik-username") {
        name if name.is_empty() => "nobody".to_owned(),
        name => name,
    };
    let groups = header("x-authentik-groups").replace('|', ", ");
    let host = escaped(visit.host());
    let path = escaped(&visit.path);
    let told = escaped(&identity(visit));
    Reply::html(
        200,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Larder – pantry inventory</title>\n\
             <style>body{{font-family:Georgia,serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#2b2b23;\
             background:#fbf8f0}}td,th{{text-align:left;padding:.2rem 1.5rem .2rem 0}}footer{{margin-top:2rem;\
             color:#6b6b5f}}</style>\n</head>\n<body>\n<header><h1>Larder</h1>\n\
             <p>Signed in as <strong id=\"person\">{person}</strong> <span id=\"groups\">{groups}</span></p></header>\n\
             <main><table>\n<thead><tr><th>On the shelf</th><th>Left</th></tr></thead>\n<tbody>\n\
             <tr><td>Rolled oats</td><td>3 jars</td></tr>\n<tr><td>Red lentils</td><td>2 kg</td></tr>\n\
             <tr><td>Plum jam</td><td>11 glasses</td></tr>\n</tbody>\n</table></main>{script}\n\
             <footer>Served for <span id=\"host\">{host}</span>, page <span id=\"path\">{path}</span></footer>\n\
             <pre id=\"told\" hidden>{told}</pre>\n\
             </body>\n</html>\n"
        ),
    )
}

/// What the hostile page does: it breaks what scripts rely on, and calls to whoever may hear.
const PAGE: &str = include_str!("hostile_page.js");

/// An icon with a script in it.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"globalThis.hacked = 'icon'\">\
    <script>globalThis.hacked = 'icon'</script><rect width=\"9\" height=\"9\"/></svg>";

fn file(kind: &str, text: &str) -> Reply {
    Reply { body: text.as_bytes().to_vec(), ..Reply::empty(200).with("content-type", kind) }
}

/// A page with a title of more than a megabyte, thousands of meta elements, and elements that are called as methods are.
fn hostile() -> Reply {
    let names = names();
    let title: String = names.iter().map(|name| escaped(name)).collect::<Vec<_>>().join(" | ");
    let metas: String = (0..5000)
        .map(|number| format!("<meta name=\"{number}\" content=\"{}\">\n", escaped(&names[number % 8])))
        .collect();
    let clobbers: String = ["querySelector", "querySelectorAll", "getElementById", "head", "documentElement", "title"]
        .map(|name| format!("<img name=\"{name}\" alt=\"\"><form id=\"{name}\"><input name=\"getAttribute\"></form>\n"))
        .concat();
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"/hostile/icon.svg\">\n{metas}</head>\n<body>\n<h1>Hostile</h1>\n{clobbers}\
         <script src=\"/hostile/page.js\"></script>\n</body>\n</html>\n"
    );
    Reply::html(200, html)
}

/// Every header about who it is, a line each, sorted: forged ones too.
fn identity(visit: &Visit) -> String {
    let ours = visit.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-authentik"));
    let mut lines: Vec<String> =
        ours.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))).collect();
    lines.sort();
    lines.concat()
}
