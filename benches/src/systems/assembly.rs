//! `comprehensive`, whose graph is made of types, so that each size is a module of its own.
//!
//! Its constructors are synchronous and its tasks are one future; the start ends when it first looks for the signal
//! to stop, which it does once all tasks have begun.

use std::sync::OnceLock;
use std::task::Poll;
use std::time::Instant;

use comprehensive::v1::TaskWithCleanup;
use futures_util::stream;

use super::{Sample, TYPED};

/// Waits until it is told to stop, and then does nothing.
struct Idle;

impl TaskWithCleanup for Idle {
    #[allow(refining_impl_trait, reason = "as its documentation writes it")]
    async fn main_task(&mut self) -> Result<(), std::convert::Infallible> {
        TYPED.start().await;
        std::future::pending().await
    }

    #[allow(refining_impl_trait, reason = "as its documentation writes it")]
    async fn cleanup(self) -> Result<(), std::convert::Infallible> {
        TYPED.stop().await;
        Ok(())
    }
}

macro_rules! component {
    ($name:ident $holds:ident [$($dependency:ident),*]) => {
        #[derive(ResourceDependencies)]
        struct $holds($(#[allow(dead_code, reason = "it is held")] Arc<$dependency>),*);

        struct $name;

        #[resource]
        impl Resource for $name {
            fn new(
                _: $holds,
                _: NoArgs,
                api: &mut AssemblyRuntime<'_>,
            ) -> Result<Arc<Self>, std::convert::Infallible> {
                api.set_task_with_cleanup(super::Idle);
                Ok(Arc::new(Self))
            }
        }
    };
}

macro_rules! roots {
    ([$($root:ident),*] of [$($all:ident),*]) => {
        #[derive(ResourceDependencies)]
        pub(super) struct Top($(#[allow(dead_code, reason = "it is held")] Arc<$root>),*);
    };
}

macro_rules! size {
    ($module:ident $file:literal) => {
        mod $module {
            use std::sync::Arc;

            use comprehensive::v1::{AssemblyRuntime, Resource, resource};
            use comprehensive::{NoArgs, ResourceDependencies};

            include!(concat!(env!("OUT_DIR"), "/", $file));
        }
    };
}

size!(ten "components_10.rs");
size!(hundred "components_100.rs");
// The compiler takes minutes for these.
#[cfg(feature = "comprehensive-1000")]
size!(thousand "components_1000.rs");

/// One run, of a size for which there are types.
pub async fn run(count: usize) -> Option<Sample> {
    let sample = match count {
        10 => of::<ten::Top>().await,
        100 => of::<hundred::Top>().await,
        #[cfg(feature = "comprehensive-1000")]
        1000 => of::<thousand::Top>().await,
        _ => return None,
    };
    TYPED.check(count);
    Some(sample)
}

async fn of<T: comprehensive::ResourceDependencies>() -> Sample {
    TYPED.reset();
    let up = OnceLock::new();
    let begun = Instant::now();
    let assembly = comprehensive::Assembly::<T>::new_from_argv(["bench"]).expect("it can be built");
    let signal = stream::poll_fn(|_| {
        up.get_or_init(Instant::now);
        Poll::Ready(Some(()))
    });
    assembly
        .run_with_termination_signal(signal)
        .await
        .expect("it ends well");
    let up = *up.get().expect("it looked for the signal");
    Sample {
        start: up - begun,
        stop: up.elapsed(),
        ..Sample::default()
    }
}
