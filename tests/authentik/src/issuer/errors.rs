//! The texts of OAuth2 errors.
//!
//! Source: providers/oauth2/errors.py.

use crate::reply::Reply;
use serde_json::json;

/// The description of an error of the authorization endpoint.
pub fn of_authorization(error: &str) -> &'static str {
    match error {
        "unsupported_response_type" => {
            "The authorization server does not support obtaining an authorization code using this method"
        }
        "invalid_scope" => "The requested scope is invalid, unknown, or malformed",
        "login_required" => "The Authorization Server requires End-User authentication",
        "consent_required" => "The Authorization Server requires End-User consent",
        "request_not_supported" => "The provider does not support use of the request parameter",
        _ => "The request is otherwise malformed",
    }
}

/// The description of an error of the token and revocation endpoints.
pub fn of_token(error: &str) -> &'static str {
    match error {
        "invalid_client" => {
            "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported \
             authentication method)"
        }
        "invalid_grant" => {
            "The provided authorization grant or refresh token is invalid, expired, revoked, does not match the \
             redirection URI used in the authorization request, or was issued to another client"
        }
        "unsupported_grant_type" => "The authorization grant type is not supported by the authorization server",
        "invalid_scope" => {
            "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner"
        }
        _ => "The request is otherwise malformed",
    }
}

/// An error of the token endpoint: 400 whatever it is. It names the request (`create_dict(request)`).
pub fn token(error: &str, id: &str) -> Reply {
    let body = json!({ "error": error, "error_description": of_token(error), "request_id": id });
    never_cached(Reply::json(400, &body))
}

/// `TokenResponse` (providers/oauth2/utils.py).
pub fn never_cached(reply: Reply) -> Reply {
    reply.with("cache-control", "no-store").with("pragma", "no-cache")
}

/// A refused bearer: no body (utils.py `protected_resource_view`).
pub fn bearer(error: &str) -> Reply {
    let (status, text) = match error {
        "insufficient_scope" => (403, "The request requires higher privileges than provided by the access token"),
        _ => (401, "The access token provided is expired, revoked, malformed, or invalid for other reasons"),
    };
    Reply::empty(status)
        .with("content-type", "text/html; charset=utf-8")
        .with("www-authenticate", &format!("error=\"{error}\", error_description=\"{text}\""))
}
