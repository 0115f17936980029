mod many;

use expect_test::{Expect, expect};

use super::super::tests::{app, awkward, empty, shop};
use crate::component::Custom;
use crate::plan::{Declaration, EdgeKind, Plan, PlanBuilder};
use crate::svg::tests::assert_well_formed;

/// The drawing without its styles.
#[track_caller]
fn check(svg: &str, expected: Expect) {
    assert_well_formed(svg);
    expected.assert_eq(&bare(svg));
}

fn bare(svg: &str) -> String {
    let (head, rest) = svg.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>\n").unwrap();
    format!("{head}{body}")
}

/// ```text
/// a --> b --> c - - > a
///       b --> d
/// ```
fn looped() -> PlanBuilder {
    let mut plan = Plan::builder();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| plan.custom(Custom::resource(name)));
    plan.depend(a, b, EdgeKind::Hard);
    plan.depend(b, c, EdgeKind::Hard);
    plan.depend(b, d, EdgeKind::Hard);
    plan.depend(c, a, EdgeKind::Optional);
    plan
}

#[test]
fn two_waves() {
    let mut plan = Plan::builder();
    let cache = plan.add(Declaration::resource("Cache", "feeds", 1, 1));
    let feed = plan.add(Declaration::service("Feed", "feeds", 2, 1));
    plan.depend(feed, cache, EdgeKind::Hard);
    check(
        &plan.build().unwrap().to_svg(),
        expect![[r#"
        <svg xmlns="http://www.w3.org/2000/svg" class="lifecycle-plan" role="img" width="390" height="144" viewBox="0 0 390 144">
        <title>A plan of 2 components</title>
        <desc>Waves from left to right; arrows lead to what is needed. Wave 1: Cache. Wave 2: Feed.</desc>
        <rect class="paper" width="390" height="144"/>
        <text class="muted" x="140.6" y="30" text-anchor="middle">wave 1</text>
        <text class="muted" x="253" y="30" text-anchor="middle">wave 2</text>
        <g transform="translate(106.6 52)">
        <g class="edge hard" data-from="n1" data-to="n0">
        <title>Feed needs Cache</title>
        <path class="line" d="M75 15C95.5 15 95.5 15 116 15"/>
        <path class="tip" d="M68 15l7 -3.5v7z"/>
        </g>
        <g id="n0" class="node resource" data-component="Cache">
        <title>Cache (resource)</title>
        <rect class="shape" x="0" y="0" width="68" height="30" rx="15"/>
        <text x="34" y="19" text-anchor="middle">Cache</text>
        </g>
        <g id="n1" class="node service" data-component="Feed">
        <title>Feed (service)</title>
        <rect class="shape" x="116" y="0" width="60.8" height="30" rx="3"/>
        <text x="146.4" y="19" text-anchor="middle">Feed</text>
        </g>
        </g>
        <g class="legend">
        <g class="resource">
        <rect class="shape" x="24" y="111" width="34" height="16" rx="8"/>
        </g>
        <text x="66" y="123">resource</text>
        <g class="service">
        <rect class="shape" x="147.6" y="111" width="34" height="16" rx="3"/>
        </g>
        <text x="189.6" y="123">service</text>
        <g class="edge hard">
        <path class="line" d="M264 119h27"/>
        <path class="tip" d="M298 119l-7 -3.5v7z"/>
        </g>
        <text x="306" y="123">needs</text>
        </g>
        </svg>
    "#]],
    );
}

#[test]
fn each_kind_of_edge() {
    check(
        &shop().to_svg(),
        expect![[r#"
        <svg xmlns="http://www.w3.org/2000/svg" class="lifecycle-plan" role="img" width="608" height="268" viewBox="0 0 608 268">
        <title>A plan of 6 components</title>
        <desc>Waves from left to right; arrows lead to what is needed. Wave 1: Settings. Wave 2: Mailer, Database, Cache. Wave 3: Api, Scheduler.</desc>
        <rect class="paper" width="608" height="268"/>
        <text class="muted" x="128.9" y="30" text-anchor="middle">wave 1</text>
        <text class="muted" x="278.3" y="30" text-anchor="middle">wave 2</text>
        <text class="muted" x="427.5" y="30" text-anchor="middle">wave 3</text>
        <g transform="translate(84.1 52)">
        <g class="edge hard" data-from="n1" data-to="n0">
        <title>Mailer needs Settings</title>
        <path class="line" d="M96.6 73.9C123 73.9 123 15 149.4 15"/>
        <path class="tip" d="M89.6 73.9l7 -3.5v7z"/>
        </g>
        <g class="edge hard" data-from="n2" data-to="n0">
        <title>Database needs Settings</title>
        <path class="line" d="M96.6 73.9C123 73.9 123 57 149.4 57"/>
        <path class="tip" d="M89.6 73.9l7 -3.5v7z"/>
        </g>
        <g class="edge hard" data-from="n3" data-to="n0">
        <title>Cache needs Settings</title>
        <path class="line" d="M96.6 73.9C123 73.9 123 99 149.4 99"/>
        <path class="tip" d="M89.6 73.9l7 -3.5v7z"/>
        </g>
        <g class="edge hard" data-from="n4" data-to="n2">
        <title>Api needs Database</title>
        <path class="line" d="M246 57C270.4 57 270.4 96.7 294.9 96.7"/>
        <path class="tip" d="M239 57l7 -3.5v7z"/>
        </g>
        <g class="edge hard" data-from="n4" data-to="n0">
        <title>Api needs Settings</title>
        <path class="line" d="M96.6 73.9C123 73.9 123 127 149.4 127H239C266.9 127 266.9 96.7 294.9 96.7"/>
        <path class="tip" d="M89.6 73.9l7 -3.5v7z"/>
        </g>
        <g class="edge optional" data-from="n4" data-to="n3">
        <title>Api can do without Cache</title>
        <path class="line" d="M246 99C270.4 99 270.4 96.7 294.9 96.7"/>
        <path class="tip" d="M239 99l7 -3.5v7z"/>
        </g>
        <g class="edge late" data-from="n4" data-to="n5">
        <title>Api has a late handle of Scheduler</title>
        <path class="line" d="M391.7 96.7C417.9 96.7 417.9 54.7 398.7 54.7"/>
        <path class="tip" d="M391.7 54.7l7 -3.5v7z"/>
        </g>
        <g class="edge hard" data-from="n5" data-to="n2">
        <title>Scheduler needs Database</title>
        <path class="line" d="M246 57C270.4 57 270.4 54.7 294.9 54.7"/>
        <path class="tip" d="M239 57l7 -3.5v7z"/>
        </g>
        <g id="n0" class="node resource" data-component="Settings">
        <title>Settings (resource)</title>
        <rect class="shape" x="0" y="58.9" width="89.6" height="30" rx="15"/>
        <text x="44.8" y="77.9" text-anchor="middle">Settings</text>
        </g>
        <g id="n1" class="node service" data-component="Mailer">
        <title>Mailer (service)</title>
        <rect class="shape" x="149.4" y="0" width="89.6" height="30" rx="3"/>
        <text x="194.2" y="19" text-anchor="middle">Mailer</text>
        </g>
        <g id="n2" class="node resource" data-component="Database">
        <title>Database (resource)</title>
        <rect class="shape" x="149.4" y="42" width="89.6" height="30" rx="15"/>
        <text x="194.2" y="61" text-anchor="middle">Database</text>
        </g>
        <g id="n3" class="node resource optional" data-component="Cache">
        <title>Cache (optional resource)</title>
        <rect class="shape" x="149.4" y="84" width="89.6" height="30" rx="15"/>
        <text x="194.2" y="103" text-anchor="middle">Cache</text>
        </g>
        <g id="n4" class="node service" data-component="Api">
        <title>Api (service)</title>
        <rect class="shape" x="294.9" y="81.7" width="96.8" height="30" rx="3"/>
        <text x="343.3" y="100.7" text-anchor="middle">Api</text>
        </g>
        <g id="n5" class="node service" data-component="Scheduler">
        <title>Scheduler (service)</title>
        <rect class="shape" x="294.9" y="39.7" width="96.8" height="30" rx="3"/>
        <text x="343.3" y="58.7" text-anchor="middle">Scheduler</text>
        </g>
        </g>
        <g class="legend">
        <g class="resource">
        <rect class="shape" x="24" y="209" width="34" height="16" rx="8"/>
        </g>
        <text x="66" y="221">resource</text>
        <g class="service">
        <rect class="shape" x="147.6" y="209" width="34" height="16" rx="3"/>
        </g>
        <text x="189.6" y="221">service</text>
        <g class="resource optional">
        <rect class="shape" x="264" y="209" width="34" height="16" rx="8"/>
        </g>
        <text x="306" y="221">the app goes on without</text>
        <g class="edge hard">
        <path class="line" d="M495.6 217h27"/>
        <path class="tip" d="M529.6 217l-7 -3.5v7z"/>
        </g>
        <text x="537.6" y="221">needs</text>
        <g class="edge optional">
        <path class="line" d="M24 243h27"/>
        <path class="tip" d="M58 243l-7 -3.5v7z"/>
        </g>
        <text x="66" y="247">waits for, can do without</text>
        <g class="edge late">
        <path class="line" d="M270 243h27"/>
        <path class="tip" d="M304 243l-7 -3.5v7z"/>
        </g>
        <text x="312" y="247">late handle, no order</text>
        </g>
        </svg>
    "#]],
    );
}

#[test]
fn main_and_worker_pools_have_shapes_of_their_own() {
    let svg = app().to_svg();
    assert_well_formed(&svg);
    assert!(svg.contains(r#"<g id="n2" class="node main" data-component="main">"#));
    let mut plan = Plan::builder();
    plan.add(Declaration::worker_pool("Thumbnails", "shop", 1, 1).optional(true));
    let svg = plan.build().unwrap().to_svg();
    assert_well_formed(&svg);
    assert!(
        svg.contains(
            r#"<g id="n0" class="node worker_pool optional" data-component="Thumbnails">"#
        )
    );
    assert!(svg.contains("<title>Thumbnails (optional worker pool)</title>"));
    assert!(svg.contains(">worker pool</text>"));
}

#[test]
fn a_loop_is_marked_and_nothing_else() {
    let plan = looped();
    check(
        &plan.to_svg(),
        expect![[r#"
        <svg xmlns="http://www.w3.org/2000/svg" class="lifecycle-plan" role="img" width="454.8" height="186" viewBox="0 0 454.8 186">
        <title>4 components with a dependency cycle</title>
        <desc>Waves from left to right; arrows lead to what is needed. Wave 1: c, d. Wave 2: b. Wave 3: a.</desc>
        <rect class="paper" width="454.8" height="186"/>
        <text class="muted" x="136.1" y="30" text-anchor="middle">wave 1</text>
        <text class="muted" x="228.7" y="30" text-anchor="middle">wave 2</text>
        <text class="muted" x="318.7" y="30" text-anchor="middle">wave 3</text>
        <g transform="translate(116.5 52)">
        <g class="edge hard" data-from="n1" data-to="n3">
        <title>b needs d</title>
        <path class="line" d="M46.2 57C69.4 57 69.4 41.8 92.6 41.8"/>
        <path class="tip" d="M39.2 57l7 -3.5v7z"/>
        </g>
        <g class="edge hard loop" data-from="n0" data-to="n1">
        <title>a needs b</title>
        <path class="line" d="M138.8 41.8C160.7 41.8 160.7 27.8 182.6 27.8"/>
        <path class="tip" d="M131.8 41.8l7 -3.5v7z"/>
        </g>
        <g class="edge hard loop" data-from="n1" data-to="n2">
        <title>b needs c</title>
        <path class="line" d="M46.2 15C69.4 15 69.4 41.8 92.6 41.8"/>
        <path class="tip" d="M39.2 15l7 -3.5v7z"/>
        </g>
        <g class="edge optional loop" data-from="n2" data-to="n0">
        <title>c can do without a</title>
        <path class="line" d="M39.2 15C65.9 15 65.9 13.8 92.6 13.8H131.8C153.7 13.8 153.7 27.8 175.6 27.8"/>
        <path class="tip" d="M182.6 27.8l-7 -3.5v7z"/>
        </g>
        <g id="n0" class="node resource" data-component="a">
        <title>a (resource)</title>
        <rect class="shape" x="182.6" y="12.8" width="39.2" height="30" rx="15"/>
        <text x="202.2" y="31.8" text-anchor="middle">a</text>
        </g>
        <g id="n1" class="node resource" data-component="b">
        <title>b (resource)</title>
        <rect class="shape" x="92.6" y="26.8" width="39.2" height="30" rx="15"/>
        <text x="112.2" y="45.8" text-anchor="middle">b</text>
        </g>
        <g id="n2" class="node resource" data-component="c">
        <title>c (resource)</title>
        <rect class="shape" x="0" y="0" width="39.2" height="30" rx="15"/>
        <text x="19.6" y="19" text-anchor="middle">c</text>
        </g>
        <g id="n3" class="node resource" data-component="d">
        <title>d (resource)</title>
        <rect class="shape" x="0" y="42" width="39.2" height="30" rx="15"/>
        <text x="19.6" y="61" text-anchor="middle">d</text>
        </g>
        </g>
        <g class="legend">
        <g class="resource">
        <rect class="shape" x="24" y="153" width="34" height="16" rx="8"/>
        </g>
        <text x="66" y="165">resource</text>
        <g class="edge hard">
        <path class="line" d="M147.6 161h27"/>
        <path class="tip" d="M181.6 161l-7 -3.5v7z"/>
        </g>
        <text x="189.6" y="165">needs</text>
        <g class="edge hard loop">
        <path class="line" d="M249.6 161h27"/>
        <path class="tip" d="M283.6 161l-7 -3.5v7z"/>
        </g>
        <text x="291.6" y="165">dependency cycle</text>
        </g>
        </svg>
    "#]],
    );
    assert_eq!(
        plan.build().unwrap_err().to_string(),
        "dependency cycle: a -> b -> c -> a"
    );
}

#[test]
fn a_component_that_depends_on_itself_is_drawn() {
    let mut plan = Plan::builder();
    let node = plan.custom(Custom::resource("Ouroboros"));
    plan.depend(node, node, EdgeKind::Hard);
    let svg = plan.to_svg();
    assert_well_formed(&svg);
    assert!(svg.contains(r#"<g class="edge hard loop" data-from="n0" data-to="n0">"#));
    assert!(svg.contains("<title>A component that depends on itself</title>"));
}

#[test]
fn a_late_edge_is_no_part_of_a_loop() {
    let mut plan = Plan::builder();
    let [a, b] = ["a", "b"].map(|name| plan.custom(Custom::resource(name)));
    plan.depend(a, b, EdgeKind::Hard);
    plan.depend(b, a, EdgeKind::Late);
    let svg = plan.to_svg();
    assert!(!svg.contains(r#"class="edge late loop""#) && !svg.contains(r#" loop" data"#));
    assert!(svg.contains(r#"<g class="edge late" data-from="n1" data-to="n0">"#));
}

#[test]
fn what_a_builder_draws_without_a_loop_is_what_the_plan_draws() {
    let mut plan = Plan::builder();
    let cache = plan.add(Declaration::resource("Cache", "feeds", 1, 1));
    let feed = plan.custom(Custom::service("Feed").depends_on("Cache"));
    plan.depend(feed, cache, EdgeKind::Hard);
    assert_eq!(plan.to_svg(), plan.build().unwrap().to_svg());
}

#[test]
fn dependencies_by_name_are_drawn_and_those_on_nobody_left_out() {
    let mut plan = Plan::builder();
    plan.custom(
        Custom::service("Feed")
            .depends_on("Nobody")
            .depends_on("Cache"),
    );
    plan.custom(Custom::resource("Cache"));
    let svg = plan.to_svg();
    assert_well_formed(&svg);
    assert_eq!(svg.matches(r#"<g class="edge hard" data"#).count(), 1);
    assert!(svg.contains(r#"data-from="n0" data-to="n1""#));
}

#[test]
fn awkward_names_are_shown_and_not_obeyed() {
    let svg = awkward().to_svg();
    assert_well_formed(&svg);
    let name = "feed &quot;eu&quot; &lt;a&amp;b&gt;\\n&#10;";
    assert!(!svg.contains(name), "a backslash is one");
    assert!(svg.contains(
        "data-component=\"feed &quot;eu&quot; &lt;a&amp;b&gt;\\n #1;`%&#10;\u{fffd}[31m\u{fffd} ü\""
    ));
    // Of one name, each has a label of its own.
    for label in ["a::Pool", "b::Pool #1", "b::Pool #2"] {
        assert!(svg.contains(&format!("text-anchor=\"middle\">{label}</text>")));
    }
}

#[test]
fn a_long_name_is_shortened_and_stands_whole_in_the_tooltip() {
    let name = "Größenänderungsüberwachung".repeat(4);
    let mut plan = Plan::builder();
    plan.custom(Custom::service(name.clone()));
    let svg = plan.build().unwrap().to_svg();
    assert!(svg.contains(&format!("<title>{name} (service)</title>")));
    assert!(
        svg.contains(">Größenänderungsü…ungsüberwachung</text>"),
        "{svg}"
    );
}

#[test]
fn nothing_is_drawn_as_nothing() {
    let svg = empty().to_svg();
    assert_well_formed(&svg);
    assert!(svg.contains(">no components</text>"));
}

#[test]
fn the_styles_hold_for_the_picture_alone() {
    let svg = shop().to_svg();
    let (_, rest) = svg.split_once("<style>\n").unwrap();
    let (style, _) = rest.split_once("</style>").unwrap();
    for rule in style.lines().filter(|line| !line.starts_with(['@', '}'])) {
        assert!(rule.starts_with(".lifecycle-plan "), "{rule}");
    }
}
