//! Starting a set of servers, and the value that keeps it running.

use crate::control::{About, Control};
use crate::release::Release;
use crate::seed::Seed;
use crate::server::{self, Listeners, Outcome};
use crate::shared::{Shared, Urls};
use crate::{authentik, control_routes, edge, elsewhere};
use axum::Router;
use axum::extract::{Request, State};
use std::io;
use tokio::task::JoinHandle;

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which authentik to be.
    pub release: Release,
    /// What it holds.
    pub seed: Seed,
    /// Ports; 0 is any free one.
    pub ports: Ports,
    /// Whether requests are a test's own, and not held against authentik's description.
    pub only_answers_are_checked: bool,
}

/// The ports of the four listeners.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// authentik with its outpost.
    pub authentik: u16,
    /// The edge proxy in front of the sites.
    pub site: u16,
    /// The other origin.
    pub elsewhere: u16,
    /// The control API.
    pub control: u16,
}

/// A running set. Dropping it ends its servers and their connections, and panics if anything went over the API that
/// authentik's own description does not allow: in a test, that is a failure.
pub struct Running {
    /// Everything that can be done to the set from outside.
    pub control: Control,
    about: About,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Addresses, tokens and the password, as at the start.
    pub const fn about(&self) -> &About {
        &self.about
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        // A test that goes wrong anyway says what is wrong itself.
        if !std::thread::panicking() {
            let checked = self.control.check();
            assert!(checked.violations.is_empty(), "not as authentik describes it:\n{}", checked.violations.join("\n"));
        }
    }
}

/// Starts a set on the loopback; fails when a port is taken.
pub async fn start(options: Options) -> io::Result<Running> {
    let authentik = Listeners::bind(options.ports.authentik).await?;
    let site = Listeners::bind(options.ports.site).await?;
    let elsewhere = Listeners::bind(options.ports.elsewhere).await?;
    let control_port = Listeners::bind(options.ports.control).await?;
    let urls = Urls {
        authentik: format!("http://authentik.localhost:{}", authentik.port),
        site: format!("http://site.localhost:{}", site.port),
        elsewhere: format!("http://elsewhere.localhost:{}", elsewhere.port),
        control: format!("http://127.0.0.1:{}", control_port.port),
    };
    let shared = Shared::new(urls, options.release, options.seed, options.only_answers_are_checked);
    let control = Control::new(shared.clone());
    let tasks = vec![
        tokio::spawn(server::serve(authentik, Router::new().fallback(to_authentik).with_state(shared.clone()))),
        tokio::spawn(server::serve(site, Router::new().fallback(to_site).with_state(shared.clone()))),
        tokio::spawn(server::serve(elsewhere, Router::new().fallback(to_elsewhere).with_state(shared))),
        tokio::spawn(server::serve(control_port, control_routes::router(control.clone()))),
    ];
    Ok(Running { about: control.about(), control, tasks })
}

async fn to_authentik(State(shared): State<Shared>, request: Request) -> Outcome {
    let visit = server::visit(request).await;
    authentik::answer(&shared, visit).await
}

async fn to_site(State(shared): State<Shared>, request: Request) -> Outcome {
    let visit = server::visit(request).await;
    edge::answer(&shared, visit).await
}

async fn to_elsewhere(State(shared): State<Shared>, request: Request) -> Outcome {
    elsewhere::answer(&shared, &server::visit(request).await)
}
