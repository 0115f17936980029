pub use crate::{Component, Context, Late, Loaded, Shutdown};
