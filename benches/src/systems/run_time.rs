//! `lifecycle` over a plan that is put together at run time.

use std::convert::Infallible;
use std::future::Future;

use lifecycle::App;
use lifecycle::component::Custom;
use lifecycle::plan::{EdgeKind, Plan};

use super::{Calls, Sample, Watch};
use crate::Graph;

/// A plan of the graph. `hook` is called in every start.
pub fn plan<F>(
    graph: &Graph,
    calls: &Calls,
    hook: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Plan
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut plan = Plan::builder();
    let mut nodes = Vec::with_capacity(graph.len());
    for (i, dependencies) in graph.dependencies.iter().enumerate() {
        let (hook, at_start, at_stop) = (hook.clone(), calls.clone(), calls.clone());
        let custom = Custom::resource(format!("node-{i}"))
            .start(move |_| {
                let (hook, calls) = (hook(), at_start.clone());
                async move {
                    hook.await;
                    calls.start().await;
                    Ok::<_, Infallible>(())
                }
            })
            .stop(move |_| {
                let calls = at_stop.clone();
                async move { calls.stop().await }
            });
        let node = plan.custom(custom);
        for dependency in dependencies {
            plan.depend(node, nodes[*dependency], EdgeKind::Hard);
        }
        nodes.push(node);
    }
    plan.build().expect("the graph has no cycle")
}

/// One run. `hook` is called in every start.
pub async fn run<F>(graph: &Graph, hook: impl Fn() -> F + Clone + Send + Sync + 'static) -> Sample
where
    F: Future<Output = ()> + Send + 'static,
{
    let calls = Calls::default();
    let mut watch = Watch::begin();
    let plan = plan(graph, &calls, hook);
    let build = watch.lap();
    // What was built before the start is torn down after the stop.
    let sample = start_and_stop(plan.clone()).await;
    calls.check(graph.len());
    Sample { build, ..sample }
}

/// Starts and stops a plan.
pub(super) async fn start_and_stop(plan: Plan) -> Sample {
    let mut watch = Watch::begin();
    let running = App::builder(plan).name("bench").start();
    assert!(running.app().started().await, "it is up");
    let start = watch.lap();
    running.app().shutdown("the bench is over");
    let report = running.wait().await;
    let stop = watch.lap();
    assert!(report.is_success(), "{report}");
    Sample {
        start,
        stop,
        ..Sample::default()
    }
}
