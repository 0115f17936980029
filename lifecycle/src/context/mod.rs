//! stub
use crate::component::{Argument, Component, DependsOn};
use std::marker::PhantomData;
use std::sync::Arc;
/// x
#[derive(Debug)]
pub struct Context<C = ()>(PhantomData<fn() -> C>);
impl<C> Clone for Context<C> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}
/// x
#[derive(Debug, Clone)]
pub struct Shutdown;
/// x
#[derive(Debug)]
pub struct Late<D>(PhantomData<D>);
/// x
#[derive(Debug)]
pub struct Loaded<T>(pub T);
impl<C> Context<C> {
    pub(crate) fn expect_dependency<D>(&self) -> Arc<D> {
        unimplemented!()
    }
    pub(crate) fn late<D>(&self) -> Late<D> {
        unimplemented!()
    }
    pub(crate) fn loaded<T>(&self) -> Loaded<T> {
        unimplemented!()
    }
    pub(crate) fn typed<D>(self) -> Context<D> {
        Context(PhantomData)
    }
    pub(crate) fn shutdown_token(&self) -> &Shutdown {
        &Shutdown
    }
    /// x
    pub fn try_get<D>(&self) -> Option<Arc<D>> {
        None
    }
    /// x
    pub fn ready(&self) {}
    /// x
    pub async fn shutdown_requested(&self) {}
    /// Takes an argument
    #[doc(hidden)]
    pub fn take<T: Component, A: Argument<T>>(&self) -> A {
        A::take(&Context(PhantomData))
    }
}
impl<C: Component> Context<C> {
    /// x
    pub fn get<D: Component>(&self) -> Arc<D>
    where
        C: DependsOn<D>,
    {
        self.expect_dependency()
    }
}
