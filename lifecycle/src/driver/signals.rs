//! Operating system signals, as far as the app wants them.

use crate::engine::Signal;

/// What arrived.
pub(super) enum Received {
    Signal(Signal),
    /// SIGUSR1: print what everything is doing.
    Dump,
}

pub(super) struct Signals {
    streams: Option<imp::Streams>,
}

impl Signals {
    pub(super) fn new(wanted: bool) -> Self {
        let streams = wanted.then(imp::Streams::new).and_then(|streams| {
            streams
                .inspect_err(|error| tracing::error!(%error, "cannot listen for signals"))
                .ok()
        });
        Self { streams }
    }

    /// The next signal; never, if none is wanted.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a signal that arrives meanwhile is kept.
    pub(super) async fn next(&mut self) -> Received {
        match &mut self.streams {
            Some(streams) => streams.next().await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
mod imp {
    use std::io;

    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::{Received, Signal};

    pub(super) struct Streams {
        interrupt: Stream,
        terminate: Stream,
        dump: Stream,
    }

    impl Streams {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                dump: signal(SignalKind::user_defined1())?,
            })
        }

        pub(super) async fn next(&mut self) -> Received {
            tokio::select! {
                // The system does not say which came first; taken in this order, two of them force the end.
                biased;
                Some(()) = self.terminate.recv() => Received::Signal(Signal::Terminate),
                Some(()) = self.interrupt.recv() => Received::Signal(Signal::Interrupt),
                Some(()) = self.dump.recv() => Received::Dump,
            }
        }
    }
}

#[cfg(windows)]
mod imp {
    use std::io;

    use tokio::signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
    };

    use super::{Received, Signal};

    pub(super) struct Streams {
        interrupt: CtrlC,
        pause: CtrlBreak,
        close: CtrlClose,
        shutdown: CtrlShutdown,
    }

    impl Streams {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: ctrl_c()?,
                pause: ctrl_break()?,
                close: ctrl_close()?,
                shutdown: ctrl_shutdown()?,
            })
        }

        pub(super) async fn next(&mut self) -> Received {
            tokio::select! {
                Some(()) = self.interrupt.recv() => Received::Signal(Signal::Interrupt),
                Some(()) = self.pause.recv() => Received::Signal(Signal::Interrupt),
                Some(()) = self.close.recv() => Received::Signal(Signal::Terminate),
                Some(()) = self.shutdown.recv() => Received::Signal(Signal::Terminate),
            }
        }
    }
}

#[cfg(not(any(unix, windows)))]
mod imp {
    use std::io;

    use super::Received;

    pub(super) struct Streams;

    impl Streams {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn next(&mut self) -> Received {
            std::future::pending().await
        }
    }
}
