//! What people read, when a name or a reason has more than one line.

use super::*;
use crate::health::Failing;

const NAME: &str = "a\n[+]b ok";

#[test]
fn neither_a_name_nor_a_reason_forges_a_line() {
    let health = Health::unhealthy("no\n[+]c ok");
    let component = ComponentHealth {
        name: NAME.to_owned(),
        kind: Kind::Service,
        state: State::Up,
        required: true,
        ready: false,
        unready: health.reason().map(str::to_owned),
        health: health.clone(),
        since: Duration::ZERO,
        check: None,
        conditions: Vec::new(),
        errors: Vec::new(),
        depends_on: Vec::new(),
    };
    let line = "[-]a\\n[+]b ok failed: no\\n[+]c ok";
    assert_eq!(component.to_string(), line);
    let failing = Failing {
        component: Some(NAME.to_owned()),
        reason: "no\n[+]c ok".to_owned(),
    };
    let mut group = Group {
        name: "readiness".to_owned(),
        passing: false,
        failing: vec![failing],
        members: vec![NAME.to_owned()],
    };
    assert_eq!(group.to_string(), format!("{line}\nreadiness fails\n"));
    let report = Report {
        app: "shop".to_owned(),
        phase: Phase::Running,
        age: Duration::ZERO,
        health,
        since: Duration::ZERO,
        groups: vec![group.clone()],
        components: vec![component],
    };
    let text = report.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, line));
    assert!(lines[1].ends_with("not ready; unhealthy: no\\n[+]c ok"));
    group.failing.clear();
    group.passing = true;
    let passes = "[+]a\\n[+]b ok ok\nreadiness passes\n";
    assert_eq!(group.to_string(), passes);
}

#[test]
fn a_reason_has_an_end() {
    for letter in ["a", "\u{e4}", "\u{1f980}"] {
        let long = Health::hint(letter.repeat(5_000));
        let reason = long.reason().unwrap();
        assert!(reason.len() <= 2_000 && reason.ends_with(" .."));
        // What was cut is not cut once more.
        assert_eq!(Health::hint(reason.to_owned()), long);
    }
    assert_eq!(
        Health::hint("a".repeat(2_000)).reason().unwrap().len(),
        2_000
    );
}
