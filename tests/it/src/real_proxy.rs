//! Real nginx and real Caddy, unprivileged, each with a folder of its own, ended with the value that stands for it.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
    /// nginx, told what ingress-nginx makes of annotations.
    Ingress,
}

impl Program {
    /// Its name, as a command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx | Self::Ingress => "nginx",
            Self::Caddy => "caddy",
        }
    }

    /// What it says once it listens.
    fn is_ready(self, line: &str) -> bool {
        match self {
            // Its sockets are open before it tells what it runs on.
            Self::Nginx | Self::Ingress => line.contains("OS: "),
            Self::Caddy => line.contains("serving initial configuration"),
        }
    }
}

/// A place to listen at: a loopback address of this process alone, so that no other one takes the port meanwhile.
pub fn free_place() -> SocketAddr {
    let [a, b] = u16::try_from(std::process::id() & 0xffff).unwrap_or_default().to_be_bytes();
    let own = Ipv4Addr::new(127, 77, a, b);
    let address = if TcpListener::bind((own, 0)).is_ok() { own } else { Ipv4Addr::LOCALHOST };
    TcpListener::bind((address, 0)).and_then(|free| free.local_addr()).expect("a free port")
}

/// A running proxy.
pub struct RealProxy {
    child: Child,
    /// Closed when this process ends, however it ends: then the proxy ends, too.
    alive: Option<ChildStdin>,
    _folder: Folder,
    said: Receiver<String>,
    /// Where it listens.
    pub at: SocketAddr,
}

impl RealProxy {
    /// Starts one with the configuration of one site, which is put into what surrounds it: `listen` and names are the site's.
    pub fn start(program: Program, at: SocketAddr, site: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("gatewright-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(mark));
        std::fs::create_dir_all(&folder.0).expect("a folder");
        let arguments = match program {
            Program::Nginx | Program::Ingress => nginx(&folder.0, site),
            Program::Caddy => caddy(&folder.0, at.ip(), site),
        };
        if program != Program::Caddy {
            checked(&arguments);
        }
        // The shell ends it when our end of its input is closed, and ends when it does.
        let script = "exec 3<&0; \"$@\" <&- 3<&- & it=$!; (read line <&3; kill $it) 2>/dev/null & wait $it; kill $!";
        let mut child = command(script)
            .arg(program.name())
            .args(&arguments)
            .envs(["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, &folder.0)))
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let errors = BufReader::new(child.stderr.take().expect("its errors"));
        let (say, said) = channel();
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        let mut heard = String::new();
        loop {
            let line = said.recv_timeout(Duration::from_secs(20));
            let Ok(line) = line else { panic!("{} doesn't start:\n{heard}", program.name()) };
            if program.is_ready(&line) {
                break;
            }
            heard = heard + &line + "\n";
        }
        let alive = child.stdin.take();
        Self { child, alive, _folder: folder, said, at }
    }

    /// Sends these bytes and reads the answer to its end: what no ordinary client would send.
    pub async fn raw(&self, request: &str) -> String {
        let mut line = TcpStream::connect(self.at).await.expect("a connection");
        line.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let read = line.read_to_end(&mut answer).await;
        read.unwrap_or_else(|error| panic!("{error} after {request:?}: {}", String::from_utf8_lossy(&answer)));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Its address, without port.
    pub fn ip(&self) -> IpAddr {
        self.at.ip()
    }
}

impl Drop for RealProxy {
    fn drop(&mut self) {
        self.alive.take();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("what the proxy said:");
            self.said.iter().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// Its folder, which goes when the value goes.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(script: &str) -> Command {
    let mut command = Command::new("sh");
    let path = std::env::var("PATH").unwrap_or_default();
    // Where Debian keeps what only root has on its path.
    command.args(["-c", script]).arg("sh").env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"));
    command
}

/// Only what nginx needs to run from a folder, beside the site's own server block.
fn nginx(folder: &Path, site: &str) -> Vec<String> {
    let file = folder.join("nginx.conf");
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {};\n", folder.join(name).display()))
        .collect();
    let pid = folder.join("pid");
    let text = format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log stderr notice;\nevents {{}}\nhttp {{\naccess_log off;\n{temp}{site}}}\n",
        pid.display()
    );
    std::fs::write(&file, text).expect("a file");
    ["-e", "stderr", "-p", &folder.display().to_string(), "-c", &file.display().to_string()].map(str::to_owned).to_vec()
}

/// `nginx -t` accepts it, and has nothing to say against it.
fn checked(arguments: &[String]) {
    let said = command("\"$@\"").arg("nginx").arg("-t").args(arguments).output().expect("nginx");
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "nginx is missing (./build.sh check installs it), or refuses:\n{text}");
    assert!(!["[warn]", "[error]", "[alert]"].iter().any(|word| text.contains(word)), "{text}");
}

/// No door for administrators, and no other address; no certificates, because the site is plain http.
fn caddy(folder: &Path, at: IpAddr, site: &str) -> Vec<String> {
    let file = folder.join("Caddyfile");
    std::fs::write(&file, format!("{{\n    admin off\n    default_bind {at}\n}}\n\n{site}")).expect("a file");
    let file = file.display().to_string();
    ["run", "--adapter", "caddyfile", "--config", &file].map(str::to_owned).to_vec()
}
