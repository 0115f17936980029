//! Many components, and any.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use crate::component::Custom;
use crate::plan::{EdgeKind, Plan, PlanBuilder};
use crate::svg::tests::assert_well_formed;

/// In each wave components stand below each other, and waves beside each other.
#[test]
fn no_component_lies_on_another() {
    let svg = random(120, 7).build().unwrap().to_svg();
    let boxes: Vec<[f64; 4]> = svg
        .lines()
        .skip_while(|line| !line.starts_with("<g transform"))
        .take_while(|line| !line.contains("legend"))
        .filter_map(|line| line.strip_prefix("<rect class=\"shape\" "))
        .map(|line| {
            let numbers: Vec<f64> = line
                .split('"')
                .skip(1)
                .step_by(2)
                .take(4)
                .map(|it| it.parse().unwrap())
                .collect();
            [numbers[0], numbers[1], numbers[2], numbers[3]]
        })
        .collect();
    assert_eq!(boxes.len(), 120);
    for (at, [x, y, width, height]) in boxes.iter().enumerate() {
        for [other_x, other_y, other_width, other_height] in &boxes[..at] {
            let apart = x + width < *other_x
                || other_x + other_width < *x
                || y + height + 11.0 < *other_y
                || other_y + other_height + 11.0 < *y;
            assert!(apart, "{x} {y} and {other_x} {other_y}");
        }
    }
}

/// As many components, each of which needs a few of those before it.
fn random(count: usize, seed: u64) -> PlanBuilder {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut plan = Plan::builder();
    let mut nodes = Vec::new();
    for index in 0..count {
        let node = plan.custom(Custom::service(format!("Component{index}")));
        for _ in 0..random.usize(..4).min(index) {
            let kind = match random.u8(..8) {
                0 => EdgeKind::Optional,
                1 => EdgeKind::Late,
                _ => EdgeKind::Hard,
            };
            plan.depend(node, nodes[random.usize(..index)], kind);
        }
        nodes.push(node);
    }
    plan
}

/// The least of three, on a machine that does other things too.
#[track_caller]
fn assert_quick(plan: &Plan) {
    let took = (0..3).map(|_| {
        let begun = Instant::now();
        drop(plan.to_svg());
        begun.elapsed()
    });
    let least = took.min().unwrap();
    // Measured at a tenth of it, without optimisation.
    assert!(least < Duration::from_secs(1), "{least:?}");
    let svg = plan.to_svg();
    assert!(svg.len() < 4_000_000, "{} bytes", svg.len());
    assert_well_formed(&svg);
}

#[test]
fn a_thousand_components_take_less_than_a_second() {
    assert_quick(&random(1_000, 1).build().unwrap());
}

#[test]
fn a_thousand_in_a_chain_that_all_need_the_first_take_less_than_a_second() {
    let mut plan = Plan::builder();
    let first = plan.custom(Custom::resource("first"));
    let mut last = first;
    for index in 0..1_000 {
        let node = plan.custom(Custom::resource(index.to_string()));
        plan.depend(node, last, EdgeKind::Hard);
        plan.depend(node, first, EdgeKind::Hard);
        last = node;
    }
    assert_quick(&plan.build().unwrap());
}

#[test]
fn a_thousand_in_one_wave_take_less_than_a_second() {
    let mut plan = Plan::builder();
    let base = plan.custom(Custom::resource("base"));
    for index in 0..1_000 {
        let node = plan.custom(Custom::resource(index.to_string()));
        plan.depend(node, base, EdgeKind::Hard);
    }
    assert_quick(&plan.build().unwrap());
}

proptest! {
    #[test]
    fn any_set_is_drawn_well_formed_and_always_alike(
        names in prop::collection::vec(".*", 1..12),
        edges in prop::collection::vec((0..12_usize, 0..12_usize, 0..3_u8), 0..24),
    ) {
        let mut plan = Plan::builder();
        let nodes: Vec<_> = names
            .iter()
            .map(|name| plan.custom(Custom::service(name.clone())))
            .collect();
        for (from, to, kind) in edges {
            let kind = match kind {
                0 => EdgeKind::Hard,
                1 => EdgeKind::Optional,
                _ => EdgeKind::Late,
            };
            plan.depend(nodes[from % nodes.len()], nodes[to % nodes.len()], kind);
        }
        let svg = plan.to_svg();
        assert_well_formed(&svg);
        prop_assert_eq!(&svg, &plan.clone().to_svg());
        let looped = svg.contains(r#" loop" data-from"#);
        match plan.build() {
            Ok(plan) => {
                prop_assert!(!looped);
                assert_well_formed(&plan.to_svg());
            }
            Err(_) => prop_assert!(looped),
        }
    }
}
