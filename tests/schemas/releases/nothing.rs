//! Nothing: these packages only name what is fetched.
