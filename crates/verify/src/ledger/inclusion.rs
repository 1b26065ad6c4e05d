//! What an inclusion proof says, read from its text.

use crate::sealed::{Hash, Header, Spelled, hash, number};
use serde::Deserialize;

/// How a file names this kind.
pub(super) const FORMAT: &str = "fairground-inclusion-1";
/// A path through a block of a million transfers is some two kilobytes.
pub(super) const BYTES_MAX: usize = 16 * 1024;
/// Steps in a path: more than any block is deep.
const STEPS_MAX: usize = 32;

/// A step of the path: the hash beside, and where it stands.
pub(super) struct Step {
    pub(super) hash: Hash,
    pub(super) is_left: bool,
}

/// The proof.
pub(super) struct Inclusion {
    pub(super) transfer: [i64; 13],
    pub(super) asset: String,
    pub(super) path: Vec<Step>,
    pub(super) block: Header,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InclusionFile {
    #[serde(rename = "format")]
    _format: String,
    transfer: Vec<String>,
    asset: String,
    path: Vec<StepFile>,
    block: BlockFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    side: String,
    hash: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockFile {
    height: String,
    at: String,
    count: String,
    root: String,
    previous: String,
    hash: String,
}

impl Inclusion {
    /// Reads the text. Errors: a sentence that says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let file: InclusionFile =
            serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))?;
        let numbers = file.transfer.iter().map(|digits| number(digits)).collect::<Result<Vec<_>, _>>()?;
        let transfer = numbers.try_into().map_err(|_| "a transfer is thirteen numbers".to_owned())?;
        if file.path.len() > STEPS_MAX {
            return Err(format!("the path has more than {STEPS_MAX} steps"));
        }
        Ok(Self {
            transfer,
            asset: asset(file.asset)?,
            path: file.path.iter().map(step).collect::<Result<_, _>>()?,
            block: Header::read(&Spelled {
                numbers: [&file.block.height, &file.block.at, &file.block.count],
                hashes: [&file.block.root, &file.block.previous, &file.block.hash],
            })?,
        })
    }
}

fn asset(code: String) -> Result<String, String> {
    let is_code = !code.is_empty() && code.len() <= 20 && code.bytes().all(|byte| byte.is_ascii_graphic());
    if is_code { Ok(code) } else { Err(format!("{code:?} is no asset")) }
}

fn step(file: &StepFile) -> Result<Step, String> {
    let is_left = match file.side.as_str() {
        "left" => true,
        "right" => false,
        other => return Err(format!("a step stands left or right, not {other:?}")),
    };
    Ok(Step { hash: hash(&file.hash)?, is_left })
}
