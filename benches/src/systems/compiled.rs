//! `lifecycle` over a plan that the compiler made, of annotated components.

use std::sync::Arc;

use lifecycle::resource;

use super::{Sample, TYPED, Watch, run_time};

macro_rules! component {
    ($name:ident $holds:ident [$($dependency:ident),*]) => {
        #[resource(depends_on = [$($dependency),*])]
        struct $name;

        #[resource]
        impl $name {
            #[start]
            async fn start($(_: Arc<$dependency>),*) -> Self {
                TYPED.start().await;
                Self
            }

            #[stop]
            async fn stop(&self) {
                TYPED.stop().await;
            }
        }
    };
}

macro_rules! roots {
    ([$($root:ident),*] of [$($all:ident),*]) => {
        /// The plan that the compiler made.
        pub fn plan() -> lifecycle::plan::Plan {
            lifecycle::plan![$($root),*]
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/components_1000.rs"));

/// How many components there are.
pub const COUNT: usize = 1000;

/// One run.
pub async fn run() -> Sample {
    TYPED.reset();
    let mut watch = Watch::begin();
    let plan = plan();
    let build = watch.lap();
    // What was built before the start is torn down after the stop.
    let sample = run_time::start_and_stop(plan.clone()).await;
    TYPED.check(COUNT);
    Sample { build, ..sample }
}
