//! The number by which a server knows whether its answer still holds.

use std::sync::Arc;
use std::sync::Mutex;

use crate::app::App;
use crate::component::Custom;
use crate::health::{Handle, Health};
use crate::plan::Plan;

#[tokio::test]
async fn it_changes_with_whatever_an_answer_depends_on_and_with_nobody_who_reads() {
    let handle: Arc<Mutex<Option<Handle>>> = Arc::default();
    let given = Arc::clone(&handle);
    let mut plan = Plan::builder();
    plan.custom(Custom::service("a").run(move |cx| {
        *given.lock().unwrap() = Some(cx.health());
        async move { drop(cx.shutdown_requested().await) }
    }));
    let running = App::builder(plan.build().unwrap()).start();
    let app = running.app();
    let version = || app.shared().version();
    let new = version();
    assert!(app.started().await);
    let up = version();
    assert_ne!(new, up);
    app.shared()
        .until(|_| handle.lock().unwrap().is_some().then_some(()))
        .await;
    let handle = handle.lock().unwrap().take().unwrap();

    let still = version();
    let _ = (app.health(), app.status(), app.is_ready(), app.is_live());
    handle.error("an error changes no answer");
    handle.set("fine", Health::healthy());
    assert_eq!(still, version());

    let guard = handle.condition("replica", "no route");
    let ill = version();
    assert_ne!(still, ill);
    drop(guard);
    assert_ne!(ill, version());

    let before = version();
    app.component("a").unwrap().disable().await.unwrap();
    assert_ne!(before, version());
    let before = version();
    app.shutdown("enough");
    assert!(running.wait().await.is_success());
    assert_ne!(before, version());
}
