//! Runs a set until it is killed, or until stdin closes: prints one line of JSON (as `GET /about`) when it is ready.

use embedded_authentik::{Options, Release, Running, start};
use std::io::Write;
use std::process::ExitCode;
use tokio::io::AsyncReadExt;

const HELP: &str = "\
embedded-authentik: a server that behaves as authentik, for tests and the demo of Gatewright

  --release VERSION         2025.10.3 (default), 2025.12.4, 2026.2.2, 2026.5.6 or 2026.8.5
  --authentik-port PORT     default: any free port, also for the following
  --site-port PORT
  --elsewhere-port PORT
  --control-port PORT
  --demo                    also print where to start, for a person
  --until-stdin-closes      end when stdin closes
";

#[derive(Default)]
struct Arguments {
    options: Options,
    demo: bool,
    until_stdin_closes: bool,
    help: bool,
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        let ports = &mut arguments.options.ports;
        let port = match word.as_str() {
            "--demo" => {
                arguments.demo = true;
                continue;
            }
            "--until-stdin-closes" => {
                arguments.until_stdin_closes = true;
                continue;
            }
            "--help" | "-h" => {
                arguments.help = true;
                continue;
            }
            "--release" => {
                let text = words.next().unwrap_or_default();
                arguments.options.release = Release::parse(&text).ok_or_else(|| format!("no release {text:?}"))?;
                continue;
            }
            "--authentik-port" => &mut ports.authentik,
            "--site-port" => &mut ports.site,
            "--elsewhere-port" => &mut ports.elsewhere,
            "--control-port" => &mut ports.control,
            other => return Err(format!("unknown flag {other:?}")),
        };
        let text = words.next().unwrap_or_default();
        *port = text.parse().map_err(|_| format!("{word} needs a port, not {text:?}"))?;
    }
    Ok(arguments)
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(arguments) if arguments.help => {
            let _ = std::io::stdout().write_all(HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(arguments) => arguments,
        Err(text) => {
            eprintln!("embedded-authentik: {text}\n\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    let running = match start(arguments.options).await {
        Ok(running) => running,
        Err(error) => {
            eprintln!("embedded-authentik: {error}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = announce(&running, arguments.demo) {
        eprintln!("embedded-authentik: {error}");
        return ExitCode::FAILURE;
    }
    if arguments.until_stdin_closes {
        let mut rest = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    } else {
        std::future::pending::<()>().await;
    }
    ExitCode::SUCCESS
}

/// The line of JSON; with `--demo`, before it and on stderr, the same for a person.
fn announce(running: &Running, demo: bool) -> std::io::Result<()> {
    let about = running.about();
    if demo {
        eprintln!(
            "authentik {release} is at {authentik}\n\n  \
             sign in       akadmin / {password}   (superuser; ada.lovelace and the others have the same password)\n  \
             API token     {token}\n  \
             a site        {site}   (not protected: its proxy does not ask authentik yet)\n\n\
             Once a provider for the site exists, add the label to its proxy:\n\n  \
             curl -X PUT {control}/edge -d '{{\"host\":\"{host}\",\"middleware\":true}}'\n",
            release = about.release.version(),
            authentik = about.urls.authentik,
            password = about.password,
            token = about.tokens.admin,
            site = about.urls.site,
            control = about.urls.control,
            host = about.urls.site.trim_start_matches("http://"),
        );
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(about)?)?;
    out.flush()
}
