//! The code of components that is alive: when it ends, and what an abort does to it.

use lifecycle::engine::{Ending, Input, Key, Moment};
use lifecycle::plan::Stage;

use super::{Next, Place, World};
use crate::case::{OnAbort, STORY, Work, ms};

/// A piece of a component's code that is alive.
pub(super) struct Piece {
    pub(super) key: Key,
    pub(super) stage: Stage,
    pub(super) work: Work,
    pub(super) aborted: bool,
    place: Option<Place>,
}

impl World<'_> {
    /// Calls a hook, and spawns what it spawns.
    pub(super) fn begin(&mut self, key: Key, stage: Stage, work: Option<Work>) {
        let Some(work) = work else { return };
        self.spawn(key, stage, work);
        let case = self.case;
        // Failing tasks that come back with every restart would have it go on for ever.
        let (starts, runs) = (self.attempts[key as usize], self.called[key as usize]);
        let spawns = match stage {
            Stage::Start => starts <= 4,
            Stage::Run => runs <= 3,
            _ => true,
        };
        for (_, task) in case.components[key as usize]
            .code
            .tasks
            .iter()
            .filter(|(from, _)| *from == stage && spawns)
        {
            self.spawn(key, Stage::Task, *task);
        }
        for (_, after, by) in case.components[key as usize]
            .code
            .extends
            .iter()
            .filter(|(at, ..)| *at == stage)
        {
            self.put(
                self.now + ms(*after),
                Next::Say(key, Input::Extend(key, ms(*by))),
            );
        }
    }

    pub(super) fn spawn(&mut self, key: Key, stage: Stage, work: Work) {
        let piece = self.pieces.len();
        self.pieces.push(Some(Piece {
            key,
            stage,
            work,
            aborted: false,
            place: None,
        }));
        if let Some(after) = work.after {
            self.end_by(piece, self.now + ms(after), work.end);
        }
    }

    pub(super) fn abort(&mut self, piece: usize) {
        let now = self.now;
        let Some(it) = self.pieces[piece].as_mut().filter(|it| !it.aborted) else {
            return;
        };
        it.aborted = true;
        match it.work.on_abort {
            OnAbort::Drops(after) => self.end_by(piece, now + ms(after), Ending::Cancelled),
            OnAbort::Wins(after, ending) => self.end_by(piece, now + ms(after), ending),
            OnAbort::Stuck => {}
        }
    }

    /// Has a piece end at this time, unless it ends earlier.
    pub(super) fn end_by(&mut self, piece: usize, at: Moment, ending: Ending) {
        let Some(it) = &self.pieces[piece] else {
            return;
        };
        if let Some(place) = it.place {
            if place.0 <= at {
                return;
            }
            self.queue.remove(&place);
        }
        let place = self.put(at, Next::End(piece, ending));
        if let Some(it) = &mut self.pieces[piece] {
            it.place = Some(place);
        }
    }

    pub(super) fn put(&mut self, at: Moment, next: Next) -> Place {
        self.number += 1;
        let lot = if self.case.seed == STORY {
            0
        } else {
            self.lots.u8(..)
        };
        let place = (at, lot, self.number);
        self.queue.insert(place, next);
        place
    }

    pub(super) fn ask(&mut self, key: Key) {
        // Only the last question is answered.
        if let Some(place) = self.idle[key as usize].take() {
            self.queue.remove(&place);
        }
        self.asked[key as usize] = true;
        self.report_idle(key);
    }

    pub(super) fn report_idle(&mut self, key: Key) {
        if self.asked[key as usize] && !self.is_alive(key) {
            self.asked[key as usize] = false;
            self.idle[key as usize] = Some(self.put(self.now, Next::Idle(key)));
        }
    }

    pub(super) fn report_cleaned(&mut self) {
        if !self.is_alive(super::APP) && !self.gave_up_cleanups {
            self.put(self.now, Next::Outside(Input::AppCleaned));
        }
    }

    pub(super) fn pieces_of(&self, key: Key) -> Vec<usize> {
        let of = |piece: &usize| self.pieces[*piece].as_ref().is_some_and(|it| it.key == key);
        (0..self.pieces.len()).filter(of).collect()
    }

    pub(super) fn is_alive(&self, key: Key) -> bool {
        self.pieces.iter().flatten().any(|it| it.key == key)
    }
}
