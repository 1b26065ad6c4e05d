//! The door in its states.

use super::super::{DoorCount, DoorOpenPage, DoorPage, DoorResult, DoorRow};
use super::parts::{shell, shell_of_mali};
use super::{Drawn, drawn};

pub fn all() -> Vec<Drawn> {
    let result = |tone, title: &str, text: &str, check_in: Option<&str>| {
        Some(DoorResult { tone, title: title.into(), text: text.into(), check_in: check_in.map(Into::into) })
    };
    vec![
        drawn(
            "door-open",
            &DoorOpenPage { shell: shell("Open a gate"), script: "/rush/assets/1/door.js".into() },
        ),
        drawn("door", &door(None)),
        drawn("door-in", &door(result("good", "Come in", "Ticket 2, Standing A, Mali Srisai", Some("c-1")))),
        drawn(
            "door-used",
            &door(result(
                "bad",
                "Already inside",
                "Somebody came in with this ticket at 21:04, at North.",
                None,
            )),
        ),
    ]
}

fn door(result: Option<DoorResult>) -> DoorPage {
    let count =
        |name: &str, inside, sold| DoorCount { zone: format!("z-{inside}"), name: name.into(), inside, sold };
    let row = |hour: &str, text: &str, check_in: Option<&str>| DoorRow {
        hour: hour.into(),
        text: text.into(),
        check_in: check_in.map(Into::into),
    };
    DoorPage {
        shell: shell_of_mali("The door"),
        script: "/rush/assets/1/door.js".into(),
        style: "/rush/assets/1/door.css".into(),
        event: "Neon Tide: The Last Summer Tour".into(),
        event_id: "e-1".into(),
        gate: result.is_some().then(|| "North".into()),
        gate_typed: String::new(),
        attempt: "sample-attempt".into(),
        keys: "00ff".into(),
        result,
        counts: vec![count("Standing A", 412, 1_200), count("Balcony", 0, 80)],
        rows: vec![
            row("21:04", "Ticket 2, Standing A, at North", Some("c-1")),
            row("21:03", "Ticket 1, Balcony, undone", None),
        ],
        conflicts: vec![row("20:58", "Ticket 1, at South", None)],
    }
}
