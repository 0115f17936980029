//! Changes at run time: components are added, disabled, enabled and restarted, and whoever asks hears when it is so.
//!
//! ```console
//! $ cargo run -p examples --bin 08_changes
//! import-north works
//! import-north is up
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::component::{BoxError, Custom, on, service_fn};
use lifecycle::plan::{Dependency, Restart, Scope};
use lifecycle::prelude::*;
use tokio::sync::Notify;

#[resource]
#[derive(Default)]
struct Database;

/// What everybody says to `main`, who cannot know when a run loop has got to its first line.
#[resource]
#[derive(Default)]
struct News {
    begun: Notify,
}

/// A component for a tenant: there is no type for each, since nobody knows them when the program is compiled.
fn import(tenant: &str, news: &Arc<News>) -> Custom {
    let (news, runs) = (Arc::clone(news), Arc::new(AtomicU32::new(0)));
    // Dependencies by type, by name, or both; those here are gone without if they cannot come up.
    let needs = (on::<Database>(), Dependency::named("News").optional());
    let import = service_fn(format!("import-{tenant}"), needs, move |cx: Context| {
        let (news, run) = (Arc::clone(&news), runs.fetch_add(1, Relaxed) + 1);
        async move {
            println!("{} works{}", cx.name(), if run > 1 { " again" } else { "" });
            news.begun.notify_one();
            cx.shutdown_requested().await;
            println!("{} ends", cx.name());
        }
    });
    // The same rules as in an attribute.
    import.declare(|policies| policies.restart(Restart::OnFailure).max_restarts(3))
}

#[lifecycle::app(services = [Database, News])]
async fn main(cx: Context, news: Arc<News>) -> Result<(), BoxError> {
    let app = cx.app();
    // Once everything is down, whichever component went last.
    app.on_cleanup("say goodbye", || async { println!("all is down") });

    // It resolves when the component is up, to a handle of it.
    let north = app.add(import("north", &news)).await?;
    news.begun.notified().await;
    println!("{} is {}", north.name(), north.status().state.as_str());

    // Several at once, in any order: all of them are added, or none.
    let group = [
        Custom::resource("report").depends_on("index"),
        Custom::resource("index").depends_on("import-north"),
    ];
    for added in app.add_group(group).await? {
        println!("{} is {}", added.name(), added.status().state.as_str());
    }

    // What cannot be is told, in words.
    for mistake in [
        import("north", &news),
        Custom::resource("page").depends_on("reprot"),
    ] {
        if let Err(error) = app.add(mistake).await {
            println!("refused: {error}");
        }
    }

    // What needs it goes first, and comes back with it.
    north.disable().await?;
    println!(
        "report is {}",
        app.component("report")
            .ok_or("gone")?
            .status()
            .state
            .as_str()
    );
    north.enable().await?;
    news.begun.notified().await;
    app.component("report").ok_or("gone")?.up().await?;
    println!("report is up again");

    // Its work begins anew, and nobody else notices.
    north.restart(Scope::Itself).await?;
    news.begun.notified().await;
    Ok(())
}
