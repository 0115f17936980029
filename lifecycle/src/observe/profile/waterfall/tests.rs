use std::time::Duration;

use expect_test::{Expect, expect};

use super::super::tests::{ms, shop, shop_stops, start, stop};
use super::chart::step;
use crate::svg::tests::assert_well_formed;

/// The drawing without its styles.
#[track_caller]
fn check(svg: &str, expected: Expect) {
    assert_well_formed(svg);
    let (head, rest) = svg.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>\n").unwrap();
    expected.assert_eq(&format!("{head}{body}"));
}

#[test]
fn a_start_is_drawn_like_this() {
    check(
        &shop().to_svg(),
        expect![[r#"
        <svg xmlns="http://www.w3.org/2000/svg" class="lifecycle-waterfall" role="img" width="824.5" height="242" viewBox="0 0 824.5 242">
        <title>Everything was up after 81 ms</title>
        <desc>86 ms one after the other: 1.1 at a time</desc>
        <rect class="paper" width="824.5" height="242"/>
        <text class="head" x="24" y="32">Everything was up after 81 ms</text>
        <text class="muted" x="24" y="50">86 ms one after the other: 1.1 at a time</text>
        <g class="legend">
        <rect class="waits" x="24" y="70" width="16" height="4"/>
        <text class="muted" x="46" y="76">waits</text>
        <rect class="works" x="106" y="66" width="16" height="12"/>
        <text class="muted" x="128" y="76">works</text>
        <path class="mark" d="M196 67l5 5l-5 5l-5 -5z"/>
        <text class="muted" x="210" y="76">critical path</text>
        </g>
        <path class="grid" d="M112.5 104V218"/>
        <text class="muted" x="112.5" y="98" text-anchor="middle">0</text>
        <path class="grid" d="M270.5 104V218"/>
        <text class="muted" x="270.5" y="98" text-anchor="middle">20 ms</text>
        <path class="grid" d="M428.5 104V218"/>
        <text class="muted" x="428.5" y="98" text-anchor="middle">40 ms</text>
        <path class="grid" d="M586.6 104V218"/>
        <text class="muted" x="586.6" y="98" text-anchor="middle">60 ms</text>
        <path class="grid" d="M744.6 104V218"/>
        <text class="muted" x="744.6" y="98" text-anchor="middle">80 ms</text>
        <path class="end" d="M752.5 104V218"/>
        <g class="row critical" data-component="settings">
        <title>settings: waited 0 us, worked 10 ms, 12 % of the start</title>
        <path class="mark" d="M30 114l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="123">settings</text>
        <rect class="works" x="112.5" y="113" width="79" height="12"/>
        <text class="muted" x="764.5" y="123">10 ms</text>
        </g>
        <g class="row" data-component="cache">
        <title>cache: waited 10 ms for settings, worked 5 ms</title>
        <text class="name" x="40" y="145">cache</text>
        <rect class="waits" x="112.5" y="139" width="79" height="4"/>
        <rect class="works" x="191.5" y="135" width="39.5" height="12"/>
        <text class="muted" x="764.5" y="145">5 ms</text>
        </g>
        <g class="row critical" data-component="database">
        <title>database: waited 10 ms for settings, worked 50 ms, 62 % of the start</title>
        <path class="mark" d="M30 158l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="167">database</text>
        <rect class="waits" x="112.5" y="161" width="79" height="4"/>
        <rect class="works" x="191.5" y="157" width="395.1" height="12"/>
        <text class="muted" x="764.5" y="167">50 ms</text>
        </g>
        <g class="row critical" data-component="catalog">
        <title>catalog: waited 60 ms for database, worked 20 ms, 25 % of the start</title>
        <path class="mark" d="M30 180l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="189">catalog</text>
        <rect class="waits" x="112.5" y="183" width="474.1" height="4"/>
        <rect class="works" x="586.6" y="179" width="158" height="12"/>
        <text class="muted" x="764.5" y="189">20 ms</text>
        </g>
        <g class="row critical" data-component="api">
        <title>api: waited 80 ms for catalog, worked 1 ms, 1 % of the start</title>
        <path class="mark" d="M30 202l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="211">api</text>
        <rect class="waits" x="112.5" y="205" width="632.1" height="4"/>
        <rect class="works" x="744.6" y="201" width="7.9" height="12"/>
        <text class="muted" x="764.5" y="211">1 ms</text>
        </g>
        </svg>
    "#]],
    );
}

#[test]
fn a_stop_is_drawn_with_its_budgets() {
    check(
        &shop_stops().to_svg(),
        expect![[r#"
        <svg xmlns="http://www.w3.org/2000/svg" class="lifecycle-waterfall" role="img" width="968.5" height="220" viewBox="0 0 968.5 220">
        <title>Everything was down after 600 ms of 25 s</title>
        <desc>642 ms one after the other: 1.1 at a time; drain delay 100 ms; the app&#39;s own cleanups 60 ms</desc>
        <rect class="paper" width="968.5" height="220"/>
        <text class="head" x="24" y="32">Everything was down after 600 ms of 25 s</text>
        <text class="muted" x="24" y="50">642 ms one after the other: 1.1 at a time; drain delay 100 ms; the app&#39;s own cleanups 60 ms</text>
        <g class="legend">
        <rect class="waits" x="24" y="70" width="16" height="4"/>
        <text class="muted" x="46" y="76">waits</text>
        <rect class="quiesce" x="106" y="67.5" width="16" height="9"/>
        <text class="muted" x="128" y="76">quiesces</text>
        <rect class="stop" x="209.6" y="66" width="16" height="12"/>
        <text class="muted" x="231.6" y="76">stop hook</text>
        <rect class="cleanup" x="320.4" y="69" width="16" height="6"/>
        <text class="muted" x="342.4" y="76">cleanups</text>
        <path class="mark" d="M432 67l5 5l-5 5l-5 -5z"/>
        <text class="muted" x="446" y="76">critical path</text>
        <path class="limit" d="M563.6 72H579.6M575.6 65h4v14h-4"/>
        <text class="muted" x="585.6" y="76">end of its budget</text>
        </g>
        <path class="grid" d="M112.5 104V196"/>
        <text class="muted" x="112.5" y="98" text-anchor="middle">0</text>
        <path class="grid" d="M219.1 104V196"/>
        <text class="muted" x="219.1" y="98" text-anchor="middle">100 ms</text>
        <path class="grid" d="M325.8 104V196"/>
        <text class="muted" x="325.8" y="98" text-anchor="middle">200 ms</text>
        <path class="grid" d="M432.5 104V196"/>
        <text class="muted" x="432.5" y="98" text-anchor="middle">300 ms</text>
        <path class="grid" d="M539.1 104V196"/>
        <text class="muted" x="539.1" y="98" text-anchor="middle">400 ms</text>
        <path class="grid" d="M645.8 104V196"/>
        <text class="muted" x="645.8" y="98" text-anchor="middle">500 ms</text>
        <path class="grid" d="M752.5 104V196"/>
        <text class="muted" x="752.5" y="98" text-anchor="middle">600 ms</text>
        <path class="end" d="M752.5 104V196"/>
        <g class="row" data-component="mailer">
        <title>mailer: waited 100 ms, quiesced 200 ms, stop hook 1 ms, cleanups 1 ms, aborted</title>
        <text class="name" x="40" y="123">mailer</text>
        <rect class="waits" x="112.5" y="117" width="106.7" height="4"/>
        <rect class="quiesce" x="219.1" y="114.5" width="213.3" height="9"/>
        <rect class="stop" x="432.5" y="113" width="1.1" height="12"/>
        <rect class="cleanup" x="433.5" y="116" width="1.1" height="6"/>
        <path class="limit" d="M432.5 119H432.5M428.5 112h4v14h-4"/>
        <text class="muted" x="764.5" y="123">202 ms of 200 ms, aborted</text>
        </g>
        <g class="row critical" data-component="api">
        <title>api: waited 100 ms, quiesced 200 ms, stop hook 100 ms, cleanups 0 us, 50 % of the stop</title>
        <path class="mark" d="M30 136l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="145">api</text>
        <rect class="waits" x="112.5" y="139" width="106.7" height="4"/>
        <rect class="quiesce" x="219.1" y="136.5" width="213.3" height="9"/>
        <rect class="stop" x="432.5" y="135" width="106.7" height="12"/>
        <text class="muted" x="764.5" y="145">300 ms of 5 s</text>
        </g>
        <g class="row critical" data-component="database">
        <title>database: waited 400 ms for api, quiesced 10 ms, stop hook 90 ms, cleanups 40 ms, 23 % of the stop</title>
        <path class="mark" d="M30 158l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="167">database</text>
        <rect class="waits" x="112.5" y="161" width="426.7" height="4"/>
        <rect class="quiesce" x="539.1" y="158.5" width="10.7" height="9"/>
        <rect class="stop" x="549.8" y="157" width="96" height="12"/>
        <rect class="cleanup" x="645.8" y="160" width="42.7" height="6"/>
        <text class="muted" x="764.5" y="167">140 ms of 5 s</text>
        </g>
        <g class="row critical" data-component="settings">
        <title>settings: waited 540 ms for database, quiesced 0 us, stop hook 0 us, cleanups 0 us, 0 % of the stop</title>
        <path class="mark" d="M30 180l5 5l-5 5l-5 -5z"/>
        <text class="name" x="40" y="189">settings</text>
        <rect class="waits" x="112.5" y="183" width="576" height="4"/>
        <text class="muted" x="764.5" y="189">0 us of 5 s</text>
        </g>
        </svg>
    "#]],
    );
}

#[test]
fn names_are_escaped_and_failures_shown() {
    let svg = start(&[("<b>\"&'\u{1b}\n", &[], [0, 0, 10])], &[0], 10).to_svg();
    assert_well_formed(&svg);
    assert!(svg.contains("data-component=\"&lt;b&gt;&quot;&amp;&#39;\u{fffd}&#10;\""));
    assert!(svg.contains(">10 ms, failed</text>"));
    assert!(svg.contains(">fails</text>"));
}

#[test]
fn of_many_the_longest_have_bars_and_the_rest_is_counted() {
    let names: Vec<String> = (0..1_000).map(|index| index.to_string()).collect();
    let all = names.iter().zip(1..);
    let all: Vec<(&str, &[u32], [u64; 3])> = all
        .map(|(name, took)| (name.as_str(), &[][..], [0, 0, took]))
        .collect();
    let svg = start(&all, &[], 1_000).to_svg();
    assert_well_formed(&svg);
    assert_eq!(svg.matches("<g class=\"row").count(), 200);
    assert!(svg.contains(">and 800 more were quicker</text>"));
    assert!(svg.contains("data-component=\"999\"") && !svg.contains("data-component=\"799\""));
}

#[test]
fn what_came_later_is_counted_too() {
    let svg = start(&[("a", &[], [0, 0, 5]), ("b", &[], [90, 90, 95])], &[], 5).to_svg();
    assert!(!svg.contains("data-component=\"b\""));
    assert!(svg.contains(">and 1 came up later</text>"));
}

#[test]
fn nothing_at_all_is_drawn_too() {
    assert_well_formed(&start(&[], &[], 0).to_svg());
    assert_well_formed(&start(&[("a", &[], [0, 0, 0])], &[], 0).to_svg());
    assert_well_formed(&stop(&[], |_| ()).to_svg());
}

#[test]
fn a_budget_that_ends_after_the_stop_is_a_number_only() {
    let within = stop(&[("a", &[], [0, 1, 2, 10, 8])], |_| ()).to_svg();
    let beyond = stop(&[("a", &[], [0, 1, 2, 10, 80])], |_| ()).to_svg();
    // One is in the legend.
    assert_eq!(within.matches("class=\"limit\"").count(), 2);
    assert_eq!(beyond.matches("class=\"limit\"").count(), 1);
    assert!(beyond.contains(">10 ms of 80 ms</text>"));
}

#[test]
fn ticks_are_round_and_few() {
    assert_eq!(step(Duration::ZERO), Duration::from_micros(1));
    assert_eq!(step(Duration::from_micros(30)), Duration::from_micros(5));
    assert_eq!(step(ms(81)), ms(20));
    assert_eq!(step(ms(800)), ms(100));
    assert_eq!(step(ms(801)), ms(200));
    assert_eq!(step(Duration::from_secs(3_600)), Duration::from_secs(500));
    for micros in (0..64).map(|bit| 1_u64 << bit) {
        let total = Duration::from_micros(micros);
        assert!(total.as_micros() / step(total).as_micros() <= 8, "{micros}");
    }
}
