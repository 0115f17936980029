//! When nothing goes wrong, start and stop take exactly their critical paths.

use lifecycle::engine::Moment;
use lifecycle::plan::{Ready, Stage};

use super::{Model, name};
use crate::case::{Work, ms};

fn own(work: Option<Work>) -> Moment {
    ms(work.and_then(|work| work.after).unwrap_or_default())
}

fn quit(work: Work) -> Moment {
    ms(work.quit.map(|(after, _)| after).unwrap_or_default())
}

impl Model<'_> {
    pub(super) fn calm(&self, code: u8) -> Result<(), String> {
        let size = self.nodes.len();
        let code_of = |key: usize| &self.case.components[key].code;
        let loaded = (0..size)
            .map(|key| own(code_of(key).load))
            .max()
            .unwrap_or_default();
        let mut up: Vec<Moment> = Vec::new();
        for key in 0..size {
            let component = &self.case.components[key];
            let met = self
                .case
                .ordered(key)
                .map(|(to, _)| up[to])
                .max()
                .unwrap_or(loaded);
            let warms = component.policy.ready == Ready::Explicit && component.code.run.is_some();
            let ready = ms(component.code.ready.filter(|_| warms).unwrap_or_default());
            up.push(met + own(Some(component.code.start(1))) + ready);
            if self.nodes[key].up_at != Some(up[key]) {
                return Err(format!(
                    "{} is up at {:?}, not {:?}",
                    name(key),
                    self.nodes[key].up_at,
                    up[key]
                ));
            }
        }
        let Some((begin, _)) = self.window else {
            return Err("a calm case without a stop".into());
        };
        let mut down = vec![begin; size];
        for key in (0..size).rev() {
            let code = code_of(key);
            let met = self
                .case
                .dependents(key)
                .map(|(from, _)| down[from])
                .max()
                .unwrap_or(begin);
            let tasks = |from| {
                code.tasks
                    .iter()
                    .filter(move |(stage, _)| *stage == from)
                    .map(|(_, work)| *work)
            };
            let running = code.run.into_iter().chain(tasks(Stage::Start));
            let running = running.chain(tasks(Stage::Run).filter(|_| code.run.is_some()));
            let quiet = running
                .map(quit)
                .chain([own(code.drain)])
                .max()
                .unwrap_or_default();
            let tasks = tasks(Stage::Stop)
                .filter(|_| code.stop.is_some())
                .map(|work| own(Some(work)));
            let stop = tasks.chain([own(code.stop)]).max().unwrap_or_default();
            down[key] = met + quiet + stop + own(code.cleanup);
            if self.nodes[key].down_at != Some(down[key]) {
                return Err(format!(
                    "{} is down at {:?}, not {:?}",
                    name(key),
                    self.nodes[key].down_at,
                    down[key]
                ));
            }
        }
        if code == 0 {
            Ok(())
        } else {
            Err(format!("I7: exit code {code} although all went well"))
        }
    }
}
