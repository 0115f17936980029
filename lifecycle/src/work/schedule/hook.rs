//! What `#[every]` and `#[cron]` call.

use std::borrow::Cow;
use std::sync::Arc;

use super::run::{Begin, spawn};
use super::ticks::When;
use crate::component::Component;
use crate::context::Context;
use crate::work::Method;

/// Calls a method of a component again and again while the component is up.
#[doc(hidden)]
#[track_caller]
pub fn every<C: Component>(
    this: &Arc<C>,
    cx: &Context,
    name: &'static str,
    how: super::Every,
    method: Method<C>,
) {
    spawn(
        cx,
        Cow::Borrowed(name),
        When::Every(how),
        call(this, cx, method),
    );
}

/// Calls a method of a component at times of the wall clock while the component is up.
#[doc(hidden)]
#[cfg(feature = "cron")]
#[track_caller]
pub fn cron<C: Component>(
    this: &Arc<C>,
    cx: &Context,
    name: &'static str,
    how: super::Cron,
    method: Method<C>,
) {
    spawn(
        cx,
        Cow::Borrowed(name),
        When::Cron(how),
        call(this, cx, method),
    );
}

fn call<C: Component>(this: &Arc<C>, cx: &Context, method: Method<C>) -> Begin {
    let (this, cx) = (Arc::clone(this), cx.clone());
    Box::new(move || {
        let (this, cx) = (Arc::clone(&this), cx.clone());
        Box::pin(async move { method(&this, &cx).await })
    })
}
