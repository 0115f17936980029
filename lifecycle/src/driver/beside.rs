//! What goes on beside a component's own steps, once it is up.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;

use super::{Driver, Work};
use crate::component::{BoxFuture, Code};
use crate::context::Context;
use crate::engine::{Change, Key, LifecycleEvent, What};
use crate::plan::Stage;

impl Driver {
    /// What goes on beside the component's own work: health checks once it is up, and nothing once a life is over.
    pub(super) fn beside(&mut self, event: LifecycleEvent) {
        match event.what {
            What::Component(key, Change::Up) => {
                self.begin_checks(key);
                self.begin_work(key);
                self.begin_handlers(key);
                self.tell_health(key);
            }
            What::Component(key, Change::Down | Change::Retrying { .. } | Change::Loaded) => {
                self.end_life(key);
            }
            // Where the instance stays, so does its life.
            What::Component(key, Change::Restarting { .. })
                if !self.lives[key as usize].recalled =>
            {
                self.end_life(key);
            }
            _ => {}
        }
    }

    /// Begins what a component does beside its run loop. It ends with the run, and begins anew with the next one.
    fn begin_work(&mut self, key: Key) {
        if self.has(key, Stage::Task)
            && let Some(begin) = self.code(key).begin()
            && let Some(instance) = self.shared.instance_of(key)
        {
            let scope = self.scope_for(key, Stage::Run);
            begin(instance, &Context::new(Arc::clone(scope)));
        }
    }

    fn begin_checks(&mut self, key: Key) {
        if !self.has(key, Stage::Health) {
            return;
        }
        let Some(how) = self.code(key).health() else {
            return;
        };
        let Some(instance) = self.shared.instance_of(key) else {
            return;
        };
        self.shared
            .write_health(key, |book, _| book.begin_checks(Some(how)));
        let scope = Arc::clone(self.scope_for(key, Stage::Health));
        let context = Arc::clone(&scope);
        #[cfg(feature = "testing")]
        let interference = self.interference.clone();
        let call = move || {
            let (scope, instance) = (Arc::clone(&context), instance.clone());
            // The hook is called inside the future, where a panic in it is caught.
            let check: BoxFuture<_> = Box::pin(async move {
                let cx = Context::new(Arc::clone(&scope));
                let code = Code::of(scope.shared.node(key));
                code.check(instance, cx).await
            });
            #[cfg(feature = "testing")]
            let check = interference.interfere(key, Stage::Health, check);
            check
        };
        self.scope_for(key, Stage::Health).launch(
            Stage::Health,
            Cow::Borrowed(Stage::Health.as_str()),
            Location::caller(),
            Work::Calling(Box::pin(async move {
                crate::health::check_until_shutdown(&scope, how, call).await;
                Ok(())
            })),
        );
    }

    /// Begins to handle events, as work that ends with the run.
    pub(super) fn begin_handlers(&self, key: Key) {
        if self.shared.events.has_handlers()
            && let Some(instance) = self.shared.instance_of(key)
        {
            let scope = self.scope_for(key, Stage::Run);
            let cx = Context::new(Arc::clone(scope));
            self.shared.events.begin(key, &instance, &cx);
        }
    }
}
