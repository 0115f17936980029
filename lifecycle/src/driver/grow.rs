//! Components that are added while the app runs.

use tokio::sync::oneshot;

use super::Driver;
use super::life::Life;
use crate::component::Code;
use crate::context::{AddError, ChangeError};
use crate::engine::{Addition, Key, Refusal, Request};
use crate::plan::{Plan, PlanBuilder, Stage};

/// A component that was added, and the answer once it is up.
pub(crate) type Added = (Key, oneshot::Receiver<Result<(), Refusal>>);

impl Driver {
    /// Adds components, all or none, and says who they are.
    pub(super) fn add(
        &mut self,
        more: PlanBuilder,
        answer: oneshot::Sender<Result<Vec<Added>, AddError>>,
    ) {
        // What is refused is dropped, and that is code of the user's.
        let kept = more.clone();
        let keys = match self.grow(more) {
            Ok(keys) => keys,
            Err(error) => {
                self.shared.discard(kept);
                return drop(answer.send(Err(error)));
            }
        };
        let awaited = keys.map(|key| {
            let (sender, up) = oneshot::channel();
            self.ask(Request::Await(key), sender);
            (key, up)
        });
        // Nobody has to wait for it.
        let _ = answer.send(Ok(awaited.collect()));
    }

    fn grow(&mut self, more: PlanBuilder) -> Result<std::ops::Range<Key>, AddError> {
        if !self.engine.is_rising() {
            return Err(ChangeError::Stopping.into());
        }
        let plan = self.plan.grown(more)?;
        let new = self.plan.len()..plan.len();
        let added: Vec<Addition> = new.clone().map(|key| self.addition(&plan, key)).collect();
        let added = self.engine.add(self.now, &added);
        let keys = added.map_err(|_| ChangeError::Stopping)?;
        // They are there before anything is done with them.
        self.lives.resize_with(plan.len(), Life::default);
        for key in keys.clone() {
            let code = Code::of(&plan.nodes()[key as usize]);
            self.hooks
                .push(super::bits(|stage| self.code_has(key, stage, code)));
        }
        self.shared.grow(&plan, self.now);
        self.shared.set_required(&self.engine);
        self.shared.bump_version();
        #[cfg(feature = "testing")]
        let is_replaced = |key| self.interference.replacement(key).is_some();
        #[cfg(not(feature = "testing"))]
        let is_replaced = |_| false;
        self.shared.events.grow(&plan, new, is_replaced);
        self.plan = plan;
        self.shared.heed(&self.engine);
        self.follow();
        Ok(keys)
    }

    /// What the engine has to know of it.
    fn addition(&self, plan: &Plan, key: usize) -> Addition {
        let node = &plan.nodes()[key];
        let edges = plan.dependencies(key).iter();
        let mut addition = Addition::new(node.declaration().kind);
        addition.policy = node.declaration().policy;
        addition.dependencies = edges.map(|edge| (edge.to, edge.kind)).collect();
        addition.runs = self.code_has(key as Key, Stage::Run, Code::of(node));
        addition.required = Code::of(node).is_required();
        addition
    }
}
