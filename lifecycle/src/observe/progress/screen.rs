//! The list, drawn.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::rows::{Row, rows};
use crate::app::say;
use crate::context::AppHandle;

/// Between two pictures.
const TICK: Duration = Duration::from_millis(100);

/// What is over by then is not shown at all.
const BLINK: Duration = Duration::from_millis(250);

/// What the one that draws is to do from now on.
pub(super) enum Order {
    /// Draw.
    Show,
    /// Take the list away.
    Rest,
    /// Take it away, and print this once.
    Say(String),
}

pub(super) struct Screen {
    bars: MultiProgress,
    rows: Vec<ProgressBar>,
    busy: ProgressStyle,
    other: ProgressStyle,
}

impl Screen {
    pub(super) fn new(bars: MultiProgress) -> Self {
        let style = |template| ProgressStyle::with_template(template).expect("a good template");
        Self {
            bars,
            rows: Vec::new(),
            busy: style("{spinner} {wide_msg}").tick_chars("-\\|/ "),
            other: style("  {wide_msg}"),
        }
    }

    /// Follows orders until nobody gives any.
    pub(super) fn follow(&mut self, orders: &Receiver<Order>, app: &AppHandle) {
        let mut order = orders.recv().ok();
        while let Some(present) = order {
            order = match present {
                Order::Show => self.show(orders, app),
                Order::Rest => {
                    self.clear();
                    orders.recv().ok()
                }
                Order::Say(text) => {
                    self.clear();
                    self.bars.suspend(|| say(&text));
                    orders.recv().ok()
                }
            };
        }
        self.clear();
    }

    /// Draws until there is another order.
    fn show(&mut self, orders: &Receiver<Order>, app: &AppHandle) -> Option<Order> {
        let mut wait = if self.rows.is_empty() { BLINK } else { TICK };
        loop {
            match orders.recv_timeout(wait) {
                Ok(Order::Show) => {}
                Ok(order) => return Some(order),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    self.draw(&rows(&app.status()));
                    wait = TICK;
                }
            }
        }
    }

    pub(super) fn draw(&mut self, rows: &[Row]) {
        while self.rows.len() > rows.len() {
            self.drop_last();
        }
        while self.rows.len() < rows.len() {
            self.rows.push(self.bars.add(ProgressBar::new_spinner()));
        }
        for (bar, row) in self.rows.iter().zip(rows) {
            let style = if row.busy { &self.busy } else { &self.other };
            bar.set_style(style.clone());
            bar.set_message(row.text.clone());
            bar.tick();
        }
    }

    pub(super) fn clear(&mut self) {
        while !self.rows.is_empty() {
            self.drop_last();
        }
        // A terminal that is gone has no list either.
        let _ = self.bars.clear();
    }

    fn drop_last(&mut self) {
        if let Some(bar) = self.rows.pop() {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
    }
}
