//! What the simulated mail server has kept.

use super::decode::{decoded, header};
use super::faults::Fault;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// Mails that are kept; older ones are forgotten.
const KEPT_MAX: usize = 1_000;

/// A mail as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    /// Its number, 1 for the first.
    pub number: usize,
    /// The sender of its envelope.
    pub from: String,
    /// The recipients of its envelope.
    pub to: Vec<String>,
    /// Its bytes as text.
    pub raw: String,
}

impl KeptMail {
    /// The value of a header, decoded; empty when it has none.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        header(&self.raw, name)
    }

    /// Its texts, decoded, one after the other.
    #[must_use]
    pub fn text(&self) -> String {
        decoded(&self.raw)
    }
}

#[derive(Default)]
pub(super) struct Mailbox {
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    fault: Fault,
    kept: VecDeque<KeptMail>,
    count: usize,
}

impl Mailbox {
    pub(super) fn keep(&self, from: &str, to: &[String], raw: String) -> usize {
        let mut memory = self.memory.lock();
        memory.count += 1;
        let number = memory.count;
        memory.kept.push_back(KeptMail { number, from: from.to_owned(), to: to.to_vec(), raw });
        if memory.kept.len() > KEPT_MAX {
            memory.kept.pop_front();
        }
        number
    }

    pub(super) fn mails(&self) -> Vec<KeptMail> {
        self.memory.lock().kept.iter().cloned().collect()
    }

    pub(super) fn fault(&self) -> Fault {
        self.memory.lock().fault
    }

    pub(super) fn set_fault(&self, fault: Fault) {
        self.memory.lock().fault = fault;
    }
}
