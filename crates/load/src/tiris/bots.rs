//! The bots of a run: made by the server with money, a trading and two sub-accounts each.

use super::control::{Bot, TirisControl};
use crate::error::LoadError;

/// Bots made by one call.
const CHUNK: u32 = 500;

/// Makes `count` bots; `nonce` numbers them other than those of earlier runs. Errors: the server did not make them.
pub async fn create(control: &mut TirisControl, count: u32, nonce: u64) -> Result<Vec<Bot>, LoadError> {
    eprintln!("making {count} bots");
    let mut bots: Vec<Bot> = Vec::with_capacity(count as usize);
    while bots.len() < count as usize {
        let left = count - u32::try_from(bots.len()).unwrap_or(count);
        let made = control.create_bots(nonce.wrapping_add(bots.len() as u64), left.min(CHUNK)).await?;
        if made.is_empty() {
            return Err(LoadError::Setup("the server made no bots".to_owned()));
        }
        bots.extend(made);
    }
    Ok(bots)
}
