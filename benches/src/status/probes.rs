//! `/readyz` under load, beside the same server with a constant answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use lifecycle::App;
use lifecycle::app::Running;
use lifecycle::component::Custom;
use lifecycle::plan::{CheckPolicy, Plan};
use lifecycle::status::Server;

use super::{constant, load, processor};
use crate::rounds::{round, runtime};
use crate::table::median;

/// The name of the thread of the status server, as much of it as Linux keeps.
const THREAD: &str = "lifecycle-statu";

/// What one server did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    /// Answers a second.
    pub(super) a_second: f64,
    /// The time of the processor that its thread took for one.
    pub(super) each: Duration,
}

/// Medians over all rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) constant: Served,
    pub(super) readyz: Served,
    /// Of the answers a second in two rounds that follow each other.
    pub(super) ratio: f64,
}

pub(super) fn measure(components: usize, rounds: usize, time: Duration) -> Found {
    let runtime = runtime();
    let server = Server::bind("127.0.0.1:0").expect("there is a port");
    let address = server.local_addr();
    let running: Running = round(&runtime, async move {
        let running = App::builder(checked(components)).with(server).start();
        assert!(running.app().started().await, "it is up");
        running
    });
    let constant = (
        constant::serve().expect("there is another port"),
        constant::THREAD,
    );
    let readyz = (address, THREAD);
    let mut served = Vec::new();
    for i in 0..rounds {
        // Each is first as often as the other: what else this machine does comes and goes.
        let pair = if i % 2 == 0 {
            let constant = serve(constant, time);
            (constant, serve(readyz, time))
        } else {
            let readyz = serve(readyz, time);
            (serve(constant, time), readyz)
        };
        served.push(pair);
    }
    running.app().shutdown("the bench is over");
    assert!(round(&runtime, running.wait()).is_success());
    Found {
        constant: middle(served.iter().map(|(constant, _)| *constant)),
        readyz: middle(served.iter().map(|(_, readyz)| *readyz)),
        ratio: middle_of(
            served
                .iter()
                .map(|(constant, readyz)| readyz.a_second / constant.a_second),
        ),
    }
}

fn serve((address, thread): (SocketAddr, &str), time: Duration) -> Served {
    let begun = processor::of_thread(thread);
    let answers = load::ask(address, "/readyz", time).expect("every request is answered");
    let took = processor::of_thread(thread) - begun;
    Served {
        a_second: answers.a_second,
        each: took.div_f64(answers.count as f64),
    }
}

fn middle(served: impl Iterator<Item = Served> + Clone) -> Served {
    Served {
        a_second: middle_of(served.clone().map(|served| served.a_second)),
        each: median(served.map(|served| served.each)),
    }
}

fn middle_of(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Components with a check each, at the default pace.
fn checked(count: usize) -> Plan {
    let mut plan = Plan::builder();
    for i in 0..count {
        let custom = Custom::resource(format!("node-{i}"))
            .start(|_| std::future::ready(Ok::<_, Infallible>(())))
            .health(CheckPolicy::DEFAULT, |_| {
                std::future::ready(Ok::<_, Infallible>(()))
            });
        plan.custom(custom);
    }
    plan.build().expect("there are no edges")
}
