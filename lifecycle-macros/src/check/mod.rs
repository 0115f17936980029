//! The rules, one function each. A rule's name is its id, and the name of the file in `ui-tests` that shows its message.
//!
//! A message says what is wrong, then what to write: lower case, no period, code in backticks.

mod app;
mod dependency;
mod event;
mod group;
mod hook;
mod item;
mod key;
mod pool;
mod restart;
mod schedule;
mod value;

pub(crate) use app::*;
pub(crate) use dependency::*;
pub(crate) use event::*;
pub(crate) use group::*;
pub(crate) use hook::*;
pub(crate) use item::*;
pub(crate) use key::*;
pub(crate) use pool::*;
pub(crate) use restart::*;
pub(crate) use schedule::*;
pub(crate) use value::*;

/// "`a`, `b` and `c`"
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|word| format!("`{word}`")).collect();
            format!("{} and `{last}`", first.join(", "))
        }
    }
}

/// The known word that was probably meant.
fn suggestion<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = |known: &&str| {
        let allowed = if known.len().min(word.len()) <= 3 {
            1
        } else {
            2
        };
        let distance = distance(word, known);
        (distance <= allowed).then_some(distance)
    };
    let candidates = known
        .iter()
        .filter_map(|known| Some((near(known)?, *known)));
    candidates
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many letters to add, drop, change, or swap with the next one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut least = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_near_words_only() {
        let known = ["depends_on", "run", "start"];
        assert_eq!(suggestion("depend_on", &known), Some("depends_on"));
        assert_eq!(suggestion("depens_no", &known), Some("depends_on"));
        assert_eq!(suggestion("rnu", &known), Some("run"));
        assert_eq!(suggestion("fan", &known), None);
        assert_eq!(suggestion("strat", &known), Some("start"));
        assert_eq!(suggestion("requires", &known), None);
    }

    #[test]
    fn lists_words() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
