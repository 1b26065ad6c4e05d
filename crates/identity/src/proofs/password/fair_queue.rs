//! Who hashes next: callers wait in a line for each address, and the lines take turns. One address can fill its own line and no
//! other, so that an honest log-in waits for as many hashes as there are addresses, not for a flood.

use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The queue; cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct FairQueue(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Workers without work.
    free: usize,
    waiting: usize,
    waiting_max: usize,
    line_max: usize,
    /// The line whose turn is next stands first.
    lines: VecDeque<Line>,
}

#[derive(Debug)]
struct Line {
    from: String,
    callers: VecDeque<oneshot::Sender<Turn>>,
}

/// A worker to be used; the next caller has it when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<FairQueue>);

/// There is no place to wait.
#[derive(Debug)]
pub(super) struct NoPlace;

impl FairQueue {
    /// `workers` at work, `waiting_max` waiting, at most `line_max` of them of one address.
    pub fn new(workers: usize, waiting_max: usize, line_max: usize) -> Self {
        let state = State { free: workers, waiting: 0, waiting_max, line_max, lines: VecDeque::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a turn. `from` is the caller's address; the house's own work comes from nowhere and has no limit of its own.
    pub async fn turn(&self, from: &str) -> Result<Turn, NoPlace> {
        let waiting = {
            let mut state = self.0.lock();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Turn(Some(self.clone())));
            }
            state.wait(from)?
        };
        waiting.await.map_err(|_| NoPlace)
    }

    /// Workers without work.
    pub fn free(&self) -> usize {
        self.0.lock().free
    }
}

impl State {
    fn wait(&mut self, from: &str) -> Result<oneshot::Receiver<Turn>, NoPlace> {
        if self.waiting >= self.waiting_max {
            return Err(NoPlace);
        }
        let at = self.lines.iter().position(|line| line.from == from).unwrap_or_else(|| {
            self.lines.push_back(Line { from: from.to_owned(), callers: VecDeque::new() });
            self.lines.len() - 1
        });
        let line = &mut self.lines[at];
        // Who hung up takes no place.
        let before = line.callers.len();
        line.callers.retain(|caller| !caller.is_closed());
        self.waiting -= before - line.callers.len();
        if !from.is_empty() && line.callers.len() >= self.line_max {
            return Err(NoPlace);
        }
        let (caller, turn) = oneshot::channel();
        line.callers.push_back(caller);
        self.waiting += 1;
        Ok(turn)
    }

    /// The next caller, one of the line that waited longest for its turn; its line goes to the end.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        while let Some(mut line) = self.lines.pop_front() {
            let Some(caller) = line.callers.pop_front() else { continue };
            self.waiting -= 1;
            if !line.callers.is_empty() {
                self.lines.push_back(line);
            }
            return Some(caller);
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(queue) = self.0.take() else { return };
        loop {
            let next = {
                let mut state = queue.0.lock();
                let next = state.next();
                state.free += usize::from(next.is_none());
                next
            };
            let Some(caller) = next else { return };
            match caller.send(Turn(Some(queue.clone()))) {
                Ok(()) => return,
                // The caller hung up: its turn is not lost but given to the one after it.
                Err(mut unused) => unused.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_take_turns_and_a_full_line_keeps_nobody_else_out() {
        let queue = FairQueue::new(1, 10, 4);
        let running = queue.turn("flood").await.expect("a free worker");
        let order = Arc::new(Mutex::new(Vec::new()));
        let wait = |from: &'static str| {
            let (queue, order) = (queue.clone(), order.clone());
            tokio::spawn(async move {
                let turn = queue.turn(from).await;
                order.lock().push((from, turn.is_ok()));
                drop(turn);
            })
        };
        let mut all = Vec::new();
        for from in ["flood", "flood", "flood", "flood", "flood", "ann", "ben", "ann"] {
            all.push(wait(from));
            tokio::task::yield_now().await;
        }
        drop(running);
        for one in all {
            one.await.expect("no panic");
        }
        let order = order.lock().clone();
        assert_eq!(order[0], ("flood", false), "the fifth of one address finds no place");
        let served: Vec<_> = order[1..].iter().map(|(from, _)| *from).collect();
        assert_eq!(served, ["flood", "ann", "ben", "flood", "ann", "flood", "flood"]);
        assert_eq!(queue.free(), 1);
    }

    #[tokio::test]
    async fn who_hangs_up_gives_the_turn_to_the_next() {
        let queue = FairQueue::new(1, 10, 4);
        let running = queue.turn("a").await.expect("a free worker");
        let gone = tokio::time::timeout(std::time::Duration::from_millis(1), queue.turn("b"));
        assert!(gone.await.is_err());
        let (other, next) = (queue.clone(), async { drop(running) });
        let (turn, ()) = tokio::join!(other.turn("c"), next);
        assert!(turn.is_ok());
        drop(turn);
        assert_eq!((queue.free(), queue.0.lock().waiting), (1, 0));
    }
}
