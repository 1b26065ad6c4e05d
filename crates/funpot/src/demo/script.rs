//! What happens in the streams of the demonstration.

use crate::usecase::demo_seed::OnAir;

/// A stream and what is asked there, in turns.
pub struct Stream {
    /// Its name in clips.
    pub name: &'static str,
    /// What is asked.
    pub questions: &'static [Question],
}

/// One prediction.
pub struct Question {
    /// As viewers read it.
    pub title: &'static str,
    /// What can be voted for: names and labels.
    pub options: &'static [(&'static str, &'static str)],
    /// Seconds for which it is open.
    pub open_s: i64,
    /// What a vote costs.
    pub cost: i64,
}

const fn ask(
    title: &'static str,
    options: &'static [(&'static str, &'static str)],
    (open_s, cost): (i64, i64),
) -> Question {
    Question { title, options, open_s, cost }
}

/// The channels, in the order of [`STREAMS`].
pub const ON_AIR: &[OnAir] = &[
    OnAir { username: "nightowl_nora", display_name: "NightOwl_Nora", viewers: 2_310 },
    OnAir { username: "captain_kettle", display_name: "CaptainKettle", viewers: 845 },
    OnAir { username: "mrs_clutch", display_name: "Mrs_Clutch", viewers: 15_220 },
    OnAir { username: "slowburn_sami", display_name: "SlowBurnSami", viewers: 412 },
];

const YES_NO: &[(&str, &str)] = &[("yes", "Yes"), ("no", "No")];

/// What is on.
pub const STREAMS: &[Stream] = &[
    Stream {
        name: "nora",
        questions: &[
            ask("Does Nora win the pistol round?", YES_NO, (45, 100)),
            ask(
                "How does this round end?",
                &[("elimination", "Elimination"), ("bomb", "The bomb goes off"), ("defuse", "Defused")],
                (50, 100),
            ),
            ask("Will she save the rifle?", YES_NO, (35, 50)),
            ask(
                "First kill of the round?",
                &[("nora", "Nora"), ("mate", "A teammate"), ("enemy", "The enemy")],
                (40, 100),
            ),
        ],
    },
    Stream {
        name: "kettle",
        questions: &[
            ask("Does the Captain find the harbour before dark?", YES_NO, (60, 0)),
            ask(
                "What is in the next chest?",
                &[("gold", "Gold"), ("map", "A map"), ("spiders", "Spiders"), ("nothing", "Nothing")],
                (55, 20),
            ),
            ask("Will the crew mutiny tonight?", &[("yes", "They will"), ("no", "Not tonight")], (45, 50)),
        ],
    },
    Stream {
        name: "clutch",
        questions: &[
            ask("One against three: clutch or kick?", &[("clutch", "Clutch"), ("kick", "Kick")], (30, 250)),
            ask("Ace before round ten?", YES_NO, (60, 100)),
            ask(
                "How many headshots this round?",
                &[("0", "None"), ("1", "One"), ("2", "Two"), ("more", "Three or more")],
                (40, 100),
            ),
        ],
    },
    Stream {
        name: "sami",
        questions: &[
            ask("Does the soufflé rise?", &[("rises", "It rises"), ("falls", "It falls")], (60, 50)),
            ask("Will Sami taste it before it is done?", YES_NO, (50, 0)),
            ask(
                "Which pan comes next?",
                &[("iron", "Cast iron"), ("steel", "Steel"), ("wok", "The wok")],
                (45, 20),
            ),
        ],
    },
];
