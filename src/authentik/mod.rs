//! authentik's API as data: requests are described, answers are read, and nothing here does I/O.
//!
//! One file per resource. Facts about the API carry their operation and the release they were seen on.

pub mod address;
pub mod admin;
pub mod applications;
pub mod bindings;
pub mod call;
pub mod certificates;
pub mod error;
pub mod events;
pub mod flows;
pub mod groups;
pub mod issuer;
pub mod kept;
pub mod order;
pub mod outposts;
pub mod pattern;
pub mod providers_oauth2;
pub mod providers_proxy;
pub mod read;
pub mod release;
pub mod request;
pub mod scope_mappings;
pub mod token;
pub mod transactional;
pub mod users;

pub use address::{AddressError, BaseUrl, WebUrl};
pub use call::{Call, List, Page, Pages};
pub use error::{ApiError, Difference};
pub use read::Reader;
pub use release::Release;
pub use request::{Access, Method, Request, Response, Unreachable};
pub use token::ApiToken;
