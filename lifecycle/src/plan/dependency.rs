//! What a component that is made at run time depends on: by type or by name, since there may be no type to name.

use super::graph::EdgeKind;

/// One dependency of a component that is made at run time: another component, and what it means to this one.
///
/// A name is one already: `"cache".into()`. [`on`](crate::component::on) makes one of a type.
///
/// # Examples
///
/// ```
/// use lifecycle::component::{Custom, on};
/// use lifecycle::plan::Dependency;
/// # use lifecycle::prelude::*;
/// # #[resource] #[derive(Default)] struct Database;
///
/// let feed = Custom::service("feed")
///     .depends_on([on::<Database>(), Dependency::named("cache").optional()])
///     .run(|cx| async move { cx.shutdown_requested().await; });
/// # drop(feed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a dependency means something only to a component"]
pub struct Dependency {
    pub(super) whom: Whom,
    pub(super) kind: EdgeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Named(String),
    /// The identity of a declaration, and its name for people.
    Declared(u64, &'static str),
}

impl Dependency {
    /// The component with this name; the first, if there are several.
    pub fn named(name: impl Into<String>) -> Self {
        Self::new(Whom::Named(name.into()))
    }

    pub(crate) fn declared(id: u64, name: &'static str) -> Self {
        Self::new(Whom::Declared(id, name))
    }

    fn new(whom: Whom) -> Self {
        Self {
            whom,
            kind: EdgeKind::Hard,
        }
    }

    /// It is waited for; if it cannot come up, the component runs without it. It has to be known all the same.
    pub fn optional(mut self) -> Self {
        self.kind = EdgeKind::Optional;
        self
    }

    /// A handle without an order, so that two components can have each other.
    pub fn late(mut self) -> Self {
        self.kind = EdgeKind::Late;
        self
    }

    /// What people call it.
    pub(super) fn name(&self) -> &str {
        match &self.whom {
            Whom::Named(name) => name,
            Whom::Declared(_, name) => name,
        }
    }
}

impl From<&str> for Dependency {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl From<String> for Dependency {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

/// Several dependencies, or one, or none: `()`, `"cache"`, `["cache", "feed"]`, `(on::<Database>(), "cache")`.
pub trait Dependencies {
    /// Each of them.
    fn list(self) -> Vec<Dependency>;
}

impl Dependencies for () {
    fn list(self) -> Vec<Dependency> {
        Vec::new()
    }
}

impl Dependencies for Dependency {
    fn list(self) -> Vec<Dependency> {
        vec![self]
    }
}

impl Dependencies for &str {
    fn list(self) -> Vec<Dependency> {
        vec![self.into()]
    }
}

impl Dependencies for String {
    fn list(self) -> Vec<Dependency> {
        vec![self.into()]
    }
}

impl<D: Into<Dependency>> Dependencies for Vec<D> {
    fn list(self) -> Vec<Dependency> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<D: Into<Dependency>, const N: usize> Dependencies for [D; N] {
    fn list(self) -> Vec<Dependency> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Into<Dependency>),+> Dependencies for ($($name,)+) {
            #[allow(non_snake_case, reason = "one letter stands for the type and the value")]
            fn list(self) -> Vec<Dependency> {
                let ($($name,)+) = self;
                vec![$($name.into()),+]
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
