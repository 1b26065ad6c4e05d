//! The players of a run: made by the server with money, each with a session and a key of its own.

use super::args::Scheme;
use super::control::TapControl;
use super::signer::Signer;
use crate::error::LoadError;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;

/// Players made by one call: a body of 200 kB.
const CHUNK: usize = 2_000;
/// Cents of each: more bets of a dollar than any wallet may place in a run.
const MONEY: i64 = 100_000_000;

/// Someone who taps.
#[derive(Debug)]
pub struct Player {
    /// The bearer of their requests.
    pub session: String,
    /// Signs their bets.
    pub signer: Signer,
}

/// Makes `count` players who sign by `scheme`; `nonce` makes their wallets and keys other than those of earlier runs.
/// Errors: the server did not make them.
pub async fn create(
    control: &mut TapControl,
    count: u32,
    scheme: Scheme,
    nonce: u64,
) -> Result<Vec<Player>, LoadError> {
    eprintln!("making {count} players");
    let mut keys = SmallRng::seed_from_u64(nonce);
    let mut players = Vec::with_capacity(count as usize);
    while players.len() < count as usize {
        let chunk = (count as usize - players.len()).min(CHUNK);
        let signers: Vec<Option<Signer>> = (0..chunk).map(|_| Signer::generate(scheme, &mut keys)).collect();
        let resources: Vec<String> = signers.iter().map(|signer| Signer::resource(signer.as_ref())).collect();
        let made =
            control.create_players(&resources, nonce.wrapping_add(players.len() as u64), MONEY).await?;
        for (signer, made) in signers.into_iter().zip(made) {
            let signer = signer.or_else(|| Signer::from_hex(&made.bet_key?));
            let signer = signer.ok_or_else(|| LoadError::Setup("the server told no bet key".to_owned()))?;
            players.push(Player { session: made.session_id, signer });
        }
    }
    Ok(players)
}
