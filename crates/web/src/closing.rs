//! The end of the process, told to everything that waits: one switch, any number of listeners.

use tokio::sync::watch;

/// The switch. Dropping it without use counts as used, so that a lost switch cannot keep a process alive.
#[derive(Debug)]
pub struct Shutdown(watch::Sender<bool>);

/// A listener; cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Closing(watch::Receiver<bool>);

/// A switch and its first listener.
#[must_use]
pub fn shutdown() -> (Shutdown, Closing) {
    let (sender, receiver) = watch::channel(false);
    (Shutdown(sender), Closing(receiver))
}

impl Shutdown {
    /// Tells everybody; telling again changes nothing.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Closing {
    /// Whether the end has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Returns once the end has begun; at once if it already has.
    pub async fn wait(&mut self) {
        // An error means that the switch is gone, which counts as used.
        let _gone = self.0.wait_for(|begun| *begun).await;
    }
}
