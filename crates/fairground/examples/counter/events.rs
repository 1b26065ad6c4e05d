//! Subscribers of the stall.

use crate::app::App;
use crate::domain::TAKEN;
use crate::usecase::greet;
use bus::{Failure, Subscriber};
use kernel::{Event, Timestamp};
use std::sync::Arc;
use store::Tx;

/// Every subscriber.
pub fn subscribers(app: &Arc<App>) -> Vec<Arc<dyn Subscriber>> {
    vec![Arc::new(NumberTaken(Arc::clone(app)))]
}

/// `number.taken`: the visitor is greeted.
struct NumberTaken(Arc<App>);

impl Subscriber for NumberTaken {
    fn name(&self) -> &'static str {
        "greeter"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == TAKEN
    }

    fn handle(&self, tx: &mut Tx<'_>, _: &Event, _: Timestamp) -> Result<(), Failure> {
        Ok(greet::run(&self.0, tx)?)
    }
}
