//! Pools by key.

use std::any::{Any, TypeId, type_name};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::component::WorkerPool;
use super::error::{KeyTaken, UnknownPool};
use super::futures::Pool;
use super::handle::Queue;
use super::work::Work;
use crate::component::Component;
use crate::context::{AppHandle, Context};
use crate::driver::Shared;
use crate::engine::Key;

/// A type that stands for one pool of the app.
///
/// # Examples
///
/// ```
/// use lifecycle::pool::{Pool, PoolKey};
/// use lifecycle::prelude::*;
///
/// struct Thumbnails;
///
/// impl PoolKey for Thumbnails {
///     type Pool = Pool;
/// }
///
/// #[resource]
/// struct Images;
///
/// #[resource]
/// impl Images {
///     #[start]
///     fn start(cx: Context) -> Result<Self, lifecycle::pool::KeyTaken> {
///         let pool = Pool::builder().workers(2).start(&cx);
///         cx.pools().add::<Thumbnails>(pool)?;
///         Ok(Self)
///     }
/// }
///
/// #[lifecycle::app(services = [Images])]
/// async fn main(cx: Context) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     cx.pool::<Thumbnails>()?.submit(async { println!("a small picture") }).await?;
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for no pool",
    label = "neither a worker pool nor another `PoolKey`",
    note = "annotate a struct with `#[lifecycle::worker_pool]`, or implement `PoolKey` for a type of your own"
)]
pub trait PoolKey: 'static {
    /// The handle of the pool: a [`Pool`], or [`Workers`](super::Workers) of some type; a [`Queue`] for a worker pool.
    type Pool: Clone + Send + Sync + 'static;

    #[doc(hidden)]
    fn find(app: &Lookup<'_>) -> Result<Self::Pool, UnknownPool>
    where
        Self: Sized,
    {
        app.registered::<Self>()
    }
}

/// A worker pool stands for itself.
#[diagnostic::do_not_recommend]
impl<D: Component + WorkerPool + Work> PoolKey for D {
    type Pool = Queue<D>;

    fn find(app: &Lookup<'_>) -> Result<Queue<D>, UnknownPool> {
        match of_component(app.0) {
            Some(queue) => Ok(queue),
            None => app.registered::<D>(),
        }
    }
}

/// Where a key is looked for.
#[doc(hidden)]
pub struct Lookup<'a>(&'a Arc<Shared>);

impl Lookup<'_> {
    fn registered<K: PoolKey>(&self) -> Result<K::Pool, UnknownPool> {
        let id = Id::Type(TypeId::of::<K>());
        self.0.pools.find(&id, type_name::<K>())
    }
}

impl fmt::Debug for Lookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lookup").field(&self.0.name).finish()
    }
}

/// The queue of a component, if that is part of the app: the same one for everybody, whether or not it is up.
pub(super) fn of_component<D: Component + Work>(shared: &Arc<Shared>) -> Option<Queue<D>> {
    let owner = shared.key_of(D::DECLARATION.id)?;
    Some(shared.pools.queue(owner, shared.name_of(owner)))
}

/// The queue of the component in whose context this is.
pub(super) fn open_queue<D: Component + Work>(cx: &Context) -> Queue<D> {
    let (shared, owner) = cx.place();
    shared.pools.queue(owner, shared.name_of(owner))
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Type(TypeId),
    Name(String),
}

impl Id {
    /// A type and a name may read alike.
    fn asked_for((id, entry): (&Self, &Entry)) -> String {
        let key = &entry.key;
        match id {
            Self::Type(_) => format!("pool::<{key}>()"),
            Self::Name(_) => format!("named({key:?})"),
        }
    }
}

struct Entry {
    /// As people read it.
    key: String,
    owner: Key,
    pool: Box<dyn Any + Send + Sync>,
}

/// All pools of an app that have a key.
#[derive(Default)]
pub(crate) struct Registry {
    entries: Mutex<BTreeMap<Id, Entry>>,
}

impl Registry {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<Id, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue of a worker pool, made for the first who asks.
    fn queue<D: Work>(&self, owner: Key, name: &str) -> Queue<D> {
        let mut entries = self.entries();
        let entry = entries
            .entry(Id::Type(TypeId::of::<D>()))
            .or_insert_with(|| Entry {
                key: type_name::<D>().to_owned(),
                owner,
                pool: Box::new(Queue::<D>::new(name)),
            });
        let queue = entry.pool.downcast_ref::<Queue<D>>();
        queue.expect("a worker pool stands for itself").clone()
    }

    fn find<P: Clone + 'static>(&self, id: &Id, key: &str) -> Result<P, UnknownPool> {
        let entries = self.entries();
        let found = entries.get(id).and_then(|entry| entry.pool.downcast_ref());
        found.cloned().ok_or_else(|| {
            let mut known: Vec<_> = entries.iter().map(Id::asked_for).collect();
            known.sort_unstable();
            UnknownPool {
                key: key.to_owned(),
                is_name: matches!(id, Id::Name(_)),
                known,
            }
        })
    }
}

/// The pools of the app that have a key: a type, or a name where the key is data.
///
/// The [`Queue`] of a [`worker_pool`](macro@crate::worker_pool) is there under the type of its component, whether or not it
/// is up. Any other pool gets no key by itself. It has its key until the app ends, also when it takes no
/// more jobs. Who uses a pool of another component depends on that component, or it may find no pool there, or one that is
/// stopping.
pub struct Pools {
    shared: Arc<Shared>,
    owner: Key,
}

impl<C> Context<C> {
    /// The pools of the app that have a key.
    #[must_use]
    pub fn pools(&self) -> Pools {
        let (shared, owner) = self.place();
        Pools { shared, owner }
    }

    /// The pool with this key.
    ///
    /// # Errors
    ///
    /// If there is none; the error names the keys that there are.
    pub fn pool<K: PoolKey>(&self) -> Result<K::Pool, UnknownPool> {
        self.pools().get::<K>()
    }
}

impl AppHandle {
    /// The pool with this key.
    ///
    /// # Errors
    ///
    /// If there is none; the error names the keys that there are.
    pub fn pool<K: PoolKey>(&self) -> Result<K::Pool, UnknownPool> {
        K::find(&Lookup(self.shared()))
    }
}

impl Pools {
    /// Gives a pool of this component the key `K`. A later life of the component may give it away again.
    ///
    /// # Errors
    ///
    /// If a pool of another component has the key.
    pub fn add<K: PoolKey>(&self, pool: K::Pool) -> Result<(), KeyTaken> {
        let id = Id::Type(TypeId::of::<K>());
        self.insert(id, type_name::<K>().to_owned(), Box::new(pool))
    }

    /// Gives a pool of this component a name. A later life of the component may give it away again.
    ///
    /// # Errors
    ///
    /// If a pool of another component has the name.
    pub fn add_named(&self, name: impl Into<String>, pool: Pool) -> Result<(), KeyTaken> {
        let name = name.into();
        self.insert(Id::Name(name.clone()), name, Box::new(pool))
    }

    /// The pool with the key `K`.
    ///
    /// # Errors
    ///
    /// If there is none; the error names the keys that there are.
    pub fn get<K: PoolKey>(&self) -> Result<K::Pool, UnknownPool> {
        K::find(&Lookup(&self.shared))
    }

    /// The pool with this name.
    ///
    /// # Errors
    ///
    /// If there is none; the error names the keys that there are.
    pub fn named(&self, name: &str) -> Result<Pool, UnknownPool> {
        self.shared.pools.find(&Id::Name(name.to_owned()), name)
    }

    fn insert(
        &self,
        id: Id,
        key: String,
        pool: Box<dyn Any + Send + Sync>,
    ) -> Result<(), KeyTaken> {
        let mut entries = self.shared.pools.entries();
        if let Some(entry) = entries.get(&id).filter(|entry| entry.owner != self.owner) {
            let owner = self.shared.name_of(entry.owner);
            return Err(KeyTaken {
                key,
                owner: owner.to_owned(),
            });
        }
        let entry = Entry {
            key,
            owner: self.owner,
            pool,
        };
        let before = entries.insert(id, entry);
        // Whatever it drops may ask for a pool.
        drop(entries);
        drop(before);
        Ok(())
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.shared.pools.entries();
        f.debug_set()
            .entries(entries.values().map(|entry| &entry.key))
            .finish()
    }
}
