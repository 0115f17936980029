use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{PlanBuilder, PlanError, PlanNode};
use crate::component::Custom;
use crate::plan::{Declaration, EdgeKind, Plan};

const KINDS: [EdgeKind; 3] = [EdgeKind::Hard, EdgeKind::Optional, EdgeKind::Late];

fn builder(names: &[&'static str]) -> (PlanBuilder, Vec<PlanNode>) {
    let mut plan = Plan::builder();
    let nodes = names
        .iter()
        .map(|name| plan.add(Declaration::resource(name, "", 0, 0)))
        .collect();
    (plan, nodes)
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.nodes().iter().map(|node| node.name()).collect()
}

#[track_caller]
fn cycle(plan: PlanBuilder) -> Vec<String> {
    match plan.build() {
        Err(PlanError::Cycle { path }) => path,
        other => panic!("no cycle was found: {other:?}"),
    }
}

#[test]
fn a_declaration_that_was_added_twice_is_named() {
    let mut plan = Plan::builder();
    let cache = Declaration::resource("Cache", "shop", 1, 1);
    plan.add(cache);
    plan.add(cache);
    let error = plan.build().unwrap_err();
    assert_eq!(error.to_string(), "`Cache` is in the plan twice");
}

#[test]
fn the_path_of_a_cycle_is_only_the_cycle() {
    let (mut plan, nodes) = builder(&["Api", "Database", "Cache", "Sessions"]);
    for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 1)] {
        plan.depend(nodes[from], nodes[to], EdgeKind::Hard);
    }
    let error = plan.build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "dependency cycle: Database -> Cache -> Sessions -> Database"
    );
}

#[test]
fn a_plan_that_grows_keeps_what_it_has() {
    let (mut plan, nodes) = builder(&["Api", "Cache", "Audit"]);
    plan.depend(nodes[0], nodes[1], EdgeKind::Hard);
    plan.depend(nodes[1], nodes[2], EdgeKind::Late);
    let plan = plan.build().unwrap();
    assert_eq!(names(&plan), ["Cache", "Api", "Audit"]);

    let (mut more, nodes) = builder(&["Report", "Cache", "Index"]);
    more.depend(nodes[0], nodes[2], EdgeKind::Hard);
    more.depend(nodes[2], nodes[1], EdgeKind::Optional);
    // What is known depends on what it did.
    more.depend(nodes[1], nodes[0], EdgeKind::Late);
    more.custom(Custom::resource("feed").depends_on(("Report", "Audit")));
    let grown = plan.grown(more).unwrap();
    assert_eq!(names(&grown)[..3], names(&plan));
    assert_eq!(names(&grown)[3..], ["Index", "Report", "feed"]);
    for (key, node) in plan.nodes().iter().enumerate() {
        assert_eq!(grown.dependencies(key), plan.dependencies(key));
        assert_eq!(grown.nodes()[key].is_root(), node.is_root());
    }
    assert_eq!(grown.nodes()[5].rank(), 3);
    assert!(grown.nodes()[3..].iter().all(|node| node.is_root()));
}

#[test]
fn a_plan_does_not_grow_by_what_has_a_name_already() {
    let (plan, _) = builder(&["Api"]);
    let plan = plan.build().unwrap();
    let mut more = Plan::builder();
    more.custom(Custom::resource("Api"));
    let error = plan.grown(more).unwrap_err();
    assert!(matches!(error, PlanError::Repeated { name } if name == "Api"));
}

#[test]
fn a_component_that_depends_on_itself_is_a_cycle() {
    let (mut plan, nodes) = builder(&["Cache"]);
    plan.depend(nodes[0], nodes[0], EdgeKind::Hard);
    assert_eq!(cycle(plan), ["Cache", "Cache"]);
}

#[test]
fn an_optional_edge_closes_a_cycle() {
    let (mut plan, nodes) = builder(&["Api", "Cache"]);
    plan.depend(nodes[0], nodes[1], EdgeKind::Hard);
    plan.depend(nodes[1], nodes[0], EdgeKind::Optional);
    assert_eq!(cycle(plan), ["Api", "Cache", "Api"]);
}

#[test]
fn a_late_edge_closes_no_cycle() {
    let (mut plan, nodes) = builder(&["Api", "Scheduler"]);
    plan.depend(nodes[0], nodes[1], EdgeKind::Hard);
    plan.depend(nodes[1], nodes[0], EdgeKind::Late);
    let plan = plan.build().unwrap();
    assert_eq!(names(&plan), ["Scheduler", "Api"]);
    assert_eq!(plan.nodes()[0].rank(), 0);
}

#[test]
fn an_edge_said_twice_keeps_its_first_kind() {
    let (mut plan, nodes) = builder(&["Api", "Cache"]);
    plan.depend(nodes[0], nodes[1], EdgeKind::Optional);
    plan.depend(nodes[0], nodes[1], EdgeKind::Hard);
    let plan = plan.build().unwrap();
    let edges = plan.dependencies(1);
    assert_eq!(edges.len(), 1);
    assert_eq!(edges[0].kind, EdgeKind::Optional);
}

#[test]
fn nothing_makes_an_empty_plan() {
    let plan = Plan::builder().build().unwrap();
    assert!(plan.is_empty());
    assert!(plan.waves().is_empty());
}

#[test]
fn a_chain_may_be_deeper_than_the_stack() {
    let mut plan = Plan::builder();
    let mut above = plan.custom(Custom::resource("0"));
    for index in 1..100_000 {
        let node = plan.custom(Custom::resource(index.to_string()));
        plan.depend(above, node, EdgeKind::Hard);
        above = node;
    }
    let plan = plan.build().unwrap();
    assert_eq!(plan.nodes()[99_999].rank(), 99_999);
}

#[test]
#[should_panic(expected = "the dependency is a node of another plan")]
fn a_node_of_another_plan_is_refused() {
    let (_, nodes) = builder(&["Api", "Cache"]);
    let (mut plan, own) = builder(&["Mailer"]);
    plan.depend(own[0], nodes[1], EdgeKind::Hard);
}

// ===== random graphs =====

type Edges = Vec<(usize, usize, EdgeKind)>;

/// Up to 30 components and any edges among them.
fn graph() -> impl Strategy<Value = (usize, Edges)> {
    (1..30_usize).prop_flat_map(|count| {
        let edge = (0..count, 0..count, select(&KINDS[..]));
        (Just(count), vec(edge, 0..60))
    })
}

/// A graph whose ordering edges all go down in a hidden, shuffled order; late ones go anywhere.
fn dag() -> impl Strategy<Value = (usize, Edges)> {
    let hidden = |(count, edges): (usize, Edges)| {
        (
            Just(edges),
            Just((0..count).collect::<Vec<_>>()).prop_shuffle(),
        )
    };
    graph().prop_flat_map(hidden).prop_map(|(edges, hidden)| {
        let down = |(from, to, kind): (usize, usize, EdgeKind)| {
            let turned = kind.orders() && hidden[from] < hidden[to];
            let (from, to) = if turned { (to, from) } else { (from, to) };
            (kind == EdgeKind::Late || from != to).then_some((from, to, kind))
        };
        (hidden.len(), edges.into_iter().filter_map(down).collect())
    })
}

/// Component `i` is called `i`, so that a plan can be compared with the edges it was made of.
fn build(count: usize, edges: &Edges) -> Result<Plan, PlanError> {
    let mut plan = Plan::builder();
    let nodes: Vec<_> = (0..count)
        .map(|index| plan.custom(Custom::resource(index.to_string())))
        .collect();
    for &(from, to, kind) in edges {
        plan.depend(nodes[from], nodes[to], kind);
    }
    plan.build()
}

/// What a plan promises, told anew from the edges that were asked for.
fn check_plan(plan: &Plan, count: usize, edges: &Edges) {
    let number = |index: usize| plan.nodes()[index].name().parse::<usize>().unwrap();
    let mut seen: Vec<_> = (0..plan.len()).map(number).collect();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..count), "each component once");

    for index in 0..plan.len() {
        let mut rank = 0;
        let mut left: Vec<_> = edges
            .iter()
            .filter(|edge| edge.0 == number(index))
            .collect();
        for edge in plan.dependencies(index) {
            let to = edge.to as usize;
            let said = left.iter().find(|said| said.1 == number(to));
            assert_eq!(said.expect("an edge that was asked for").2, edge.kind);
            left.retain(|said| said.1 != number(to));
            if edge.kind.orders() {
                assert!(to < index, "a dependency stands before its dependents");
                rank = rank.max(plan.nodes()[to].rank() + 1);
            }
        }
        assert!(left.is_empty(), "no edge is lost");
        let node = &plan.nodes()[index];
        assert_eq!(node.rank(), rank);
        // Said twice, the first word stands; and a late handle makes no root less.
        let stands = |i: usize| {
            edges[..i]
                .iter()
                .all(|said| (said.0, said.1) != (edges[i].0, edges[i].1))
        };
        let mut told = (0..edges.len()).filter(|i| edges[*i].1 == number(index) && stands(*i));
        let depended_on = told.any(|i| edges[i].2.orders());
        assert_eq!(node.is_root(), !depended_on);
    }

    let waves = plan.waves();
    assert_eq!(waves.iter().map(Vec::len).sum::<usize>(), count);
    assert!(waves.iter().all(|wave| !wave.is_empty()));
}

proptest! {
    #[test]
    fn every_dag_is_a_plan((count, edges) in dag()) {
        check_plan(&build(count, &edges).unwrap(), count, &edges);
    }

    #[test]
    fn any_graph_is_a_plan_or_names_a_real_cycle((count, edges) in graph()) {
        let path = match build(count, &edges) {
            Ok(plan) => {
                check_plan(&plan, count, &edges);
                return Ok(());
            }
            Err(PlanError::Cycle { path }) => path,
            Err(other) => panic!("{other}"),
        };
        let path: Vec<usize> = path.iter().map(|name| name.parse().unwrap()).collect();
        prop_assert_eq!(path.first(), path.last());
        for step in path.windows(2) {
            let said = edges.iter().find(|edge| (edge.0, edge.1) == (step[0], step[1]));
            prop_assert!(said.is_some_and(|edge| edge.2.orders()), "{step:?} is no ordering edge");
        }
        let mut once = path[1..].to_vec();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), path.len() - 1, "a loop passes each component once");
    }
}
