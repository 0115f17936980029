//! The attributes of `lifecycle`.
