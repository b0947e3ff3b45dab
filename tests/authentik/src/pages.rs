//! The few pages that authentik shows here. Plain HTML without scripts: labelled inputs, one heading each.

use std::fmt::Write;

/// Text that is safe inside HTML.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

fn page(title: &str, content: &str) -> String {
    let mut html = String::new();
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} - authentik</title>\n\
         <style>body{{font-family:sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;color:#222}}\
         label{{display:block;margin:.8rem 0 .2rem}}input{{width:100%;padding:.4rem;box-sizing:border-box}}\
         button{{margin-top:1rem;padding:.5rem 1.2rem}}</style>\n</head>\n<body>\n<main>\n{content}\n</main>\n\
         </body>\n</html>\n"
    );
    html
}

/// The 404 page.
pub fn not_found() -> String {
    page("Not found", "<h1>Not found</h1>")
}

/// The 500 page.
pub fn server_error() -> String {
    page("Server error", "<h1>Server error</h1>")
}

/// The login form; `action` keeps the query with `next`.
pub fn login(action: &str, error: Option<&str>) -> String {
    let error = error.map_or_else(String::new, |text| format!("<p role=\"alert\">{}</p>", escaped(text)));
    page(
        "Welcome to authentik!",
        &format!(
            "<h1>Welcome to authentik!</h1>\n{error}<form method=\"post\" action=\"{}\">\n\
             <label for=\"username\">Email or Username</label>\n\
             <input id=\"username\" name=\"username\" autocomplete=\"username\" required autofocus>\n\
             <label for=\"password\">Password</label>\n\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\n\
             <button type=\"submit\">Log in</button>\n</form>",
            escaped(action)
        ),
    )
}

/// The page for a person whom the bindings keep out.
pub fn denied(application: &str) -> String {
    page(
        "Permission denied",
        &format!("<h1>Permission denied</h1>\n<p>Request has been denied.</p>\n<p>{}</p>", escaped(application)),
    )
}

/// A request that is wrong.
pub fn wrong(title: &str, text: &str) -> String {
    let title = escaped(title);
    page(&title, &format!("<h1>{title}</h1>\n<p>{}</p>", escaped(text)))
}

/// Asks a person whether an application may know this; `action` keeps the query.
pub fn consent(application: &str, scopes: &[String], action: &str) -> String {
    let items: String = scopes.iter().map(|scope| format!("<li>{}</li>\n", escaped(scope))).collect();
    let list = if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") };
    page(
        "Authorize Application",
        &format!(
            "<h1>You're about to sign into {}.</h1>\n{list}<form method=\"post\" action=\"{}\">\n\
             <button type=\"submit\">Continue</button>\n</form>",
            escaped(application),
            escaped(action)
        ),
    )
}

/// Posts an answer to the client (`response_mode=form_post`); the one page with a script, so that nobody has to press.
pub fn form_post(application: &str, action: &str, pairs: &[(&str, String)]) -> String {
    let inputs: String = pairs
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escaped(value)))
        .collect();
    let name = escaped(application);
    page(
        "Redirecting",
        &format!(
            "<h1>Redirecting to {name}...</h1>\n<form method=\"post\" action=\"{}\">\n{inputs}\
             <button type=\"submit\">Continue</button>\n</form>\n<script>document.forms[0].submit()</script>",
            escaped(action)
        ),
    )
}

/// After signing out of an application.
pub fn logged_out(application: &str) -> String {
    let name = escaped(application);
    page("Logged out", &format!("<h1>You've logged out of {name}.</h1>\n<p><a href=\"/\">Go back to overview</a></p>"))
}

/// The start page of somebody who is signed in.
pub fn overview(person: &str) -> String {
    let name = escaped(person);
    page("My applications", &format!("<h1>My applications</h1>\n<p>Signed in as {name}.</p>"))
}
