//! Values that were computed elsewhere: a block, a hash of a message, signatures.

use crate::verify::proof::{Block, Tick};
use crate::verify::{blocks, hex, session_key};
