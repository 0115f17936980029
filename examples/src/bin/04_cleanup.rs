//! Cleanups: what a start has done is undone, also when the start fails halfway.
//!
//! ```console
//! $ cargo run -p examples --bin 04_cleanup
//! First: took folder and lock
//! Second: took folder and lock
//! Second: released the lock
//! Second: removed the folder
//! First: stopped
//! First: released the lock
//! First: removed the folder
//! 04_cleanup ended with exit code 69: `Second` failed to start (error)
//!   error: `Second` failed in start
//!     because: the licence has expired
//! ...
//! $ echo $?
//! 69
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::io;

use lifecycle::prelude::*;

/// Takes what a component of this program needs, and registers how it is given back.
fn prepare(cx: &Context) {
    let name = cx.name().to_owned();
    println!("{name}: took folder and lock");
    // Cleanups run once the component is down, the one registered last first, each with a limit of time. An error in
    // one is kept for the report, and the others run all the same.
    let end = name.clone();
    cx.on_cleanup("remove the folder", move || async move {
        println!("{end}: removed the folder");
    });
    cx.on_cleanup("release the lock", move || async move {
        println!("{name}: released the lock");
    });
}

#[resource]
struct First;

#[resource]
impl First {
    #[start]
    fn start(cx: Context) -> Self {
        prepare(&cx);
        Self
    }

    /// Only a component whose start succeeded is stopped.
    #[stop]
    async fn stop(&self) {
        println!("First: stopped");
    }
}

#[resource(depends_on = [First])]
struct Second;

#[resource]
impl Second {
    #[start]
    async fn start(cx: Context) -> io::Result<Self> {
        prepare(&cx);
        Err(io::Error::other("the licence has expired"))
    }
}

/// It never begins: everything that was up is down again by then, in reverse order.
#[lifecycle::app(services = [Second])]
async fn main() {
    println!("this is never printed");
}
