//! A plan that grows while its app runs.

use std::collections::{HashMap, HashSet};

use super::build::{PlanBuilder, PlanError};
use super::declaration::Kind;
use super::graph::{Edge, Plan};

impl Plan {
    /// This plan with more components behind those that it has, which stay where they are; each new one is a root.
    ///
    /// What is declared in both is one component. A component that was made at run time is always a new one, and needs a
    /// name of its own.
    pub(crate) fn grown(&self, more: PlanBuilder) -> Result<Self, PlanError> {
        let mut all = PlanBuilder::from(self);
        all.take_in(more)?;
        let (mut nodes, edges) = all.lay_out()?;
        for (node, known) in nodes.iter_mut().zip(self.nodes()) {
            node.root = known.root;
        }
        Ok(Self::new(nodes, edges))
    }
}

impl From<&Plan> for PlanBuilder {
    fn from(plan: &Plan) -> Self {
        Self {
            members: plan
                .nodes()
                .iter()
                .map(|node| node.declared.clone())
                .collect(),
            edges: (0..plan.len())
                .map(|key| plan.dependencies(key).to_vec())
                .collect(),
            wishes: Vec::new(),
        }
    }
}

impl PlanBuilder {
    fn take_in(&mut self, more: Self) -> Result<(), PlanError> {
        let known: HashMap<u64, usize> = self
            .members
            .iter()
            .map(|it| it.declaration().id)
            .zip(0..)
            .collect();
        let mut names: HashSet<String> =
            self.members.iter().map(|it| it.name().to_owned()).collect();
        let mut places = Vec::with_capacity(more.members.len());
        for member in more.members {
            let made = member.own().is_some();
            if member.declaration().kind == Kind::Main
                || made && !names.insert(member.name().to_owned())
            {
                return Err(PlanError::Repeated {
                    name: member.name().to_owned(),
                });
            }
            match known.get(&member.declaration().id).filter(|_| !made) {
                Some(place) => places.push(*place),
                None => {
                    places.push(self.members.len());
                    self.edges.push(Vec::new());
                    self.members.push(member);
                }
            }
        }
        let present = known.len();
        for (from, edges) in places
            .iter()
            .zip(more.edges)
            .filter(|(place, _)| **place >= present)
        {
            let moved = edges.into_iter().map(|edge| Edge {
                to: places[edge.to as usize] as u32,
                ..edge
            });
            self.edges[*from].extend(moved);
        }
        let wishes = more
            .wishes
            .into_iter()
            .map(|(from, wish)| (places[from], wish));
        self.wishes.extend(wishes);
        Ok(())
    }
}
