//! Every hook may be sync or async, and return a value or a `Result`.

#![deny(warnings)]

use lifecycle::prelude::*;

use std::io;

struct Config {
    url: String,
}

#[resource]
struct Database {
    url: String,
}

#[resource]
impl Database {
    const DEFAULT_URL: &str = "memory";

    #[load]
    fn load() -> io::Result<Config> {
        let url = Self::DEFAULT_URL.to_owned();
        Ok(Config { url })
    }

    /// Attributes that are no hooks stay.
    #[start]
    #[must_use]
    #[inline]
    fn open(config: Loaded<Config>) -> Self {
        drop(config);
        Self { url: String::new() }
    }

    #[lifecycle::health(every = "1m30s")]
    fn ping(&self, _cx: Context) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if self.url.is_empty() { Err("empty".into()) } else { Ok(()) }
    }

    #[drain]
    fn drain(&self) {}

    #[stop]
    fn close(self: &Self) -> io::Result<()> {
        self.helper();
        Ok(())
    }

    fn helper(&self) {}
}

fn main() {
    let _ = |config: Config| config.url;
    assert_eq!(lifecycle::plan![Database].nodes().len(), 1);
}
