//! The layers: defaults, then the file, then the environment, then flags. Every problem is collected, none hides another.

use super::injected::is_injected;
use super::keys::{CHECK_EVERY_H, KEYS, LOG_LEVEL};
use crate::table;
use stall::config::{Setting, Settings};
use stall::{KeySpec, ProfileDefault};
use std::ffi::OsString;
use std::path::Path;

/// Defaults of the ground that a kind of run changes.
const PROFILE_DEFAULTS: &[ProfileDefault] = &[
    ProfileDefault { run: "load", key: CHECK_EVERY_H.spec.name, value: "0" },
    // Its mails can be read on its pages, and reach nobody.
    ProfileDefault { run: "demo", key: "mail.smtp_host", value: stall::mailing::SIMULATED },
];

/// The layers over each other, as far as they can be read.
#[derive(Debug)]
pub struct Layers {
    /// Every key's value; one that cannot be read stands at its default.
    pub settings: Settings,
    /// Every problem there is, a sentence each.
    pub problems: Vec<String>,
    /// Variables that look like ours and are somebody else's.
    pub passed_over: Vec<String>,
}

/// Puts the layers over each other.
pub fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
    flags: &[(&'static str, String)],
) -> Layers {
    let default = |key: &KeySpec| (key.name, Setting { value: key.default.to_owned(), source: "default" });
    let mut settings: Settings = KEYS.iter().map(default).collect();
    let (mut problems, mut passed_over) = (Vec::new(), Vec::new());
    if let Some(path) = file {
        read_file(path, &mut settings, &mut problems);
    }
    for (name, value) in environment {
        read_variable(name, value, &mut settings, &mut problems, &mut passed_over);
    }
    for (name, value) in flags {
        settings.insert(name, Setting { value: value.clone(), source: "flag" });
    }
    apply_profile(&mut settings);
    for key in KEYS.iter() {
        let setting = &settings[key.name];
        if let Some(why) = key.kind.problem(&setting.value) {
            problems.push(format!("{} ({}): {why}", key.name, setting.source));
            settings.extend([default(key)]);
        }
    }
    Layers { settings, problems, passed_over }
}

fn apply_profile(settings: &mut Settings) {
    let profile = settings["profile"].value.clone();
    prefer(settings, &profile, "profile");
    if let Some(level) =
        settings.get_mut(LOG_LEVEL.spec.name).filter(|level| level.source == "default" && profile == "load")
    {
        let off = table::stalls()
            .iter()
            .flat_map(|manifest| manifest.load_log_off)
            .map(|target| format!(",{target}=off"));
        *level = Setting { value: format!("{}{}", level.value, off.collect::<String>()), source: "profile" };
    }
}

/// Changes what nobody chose to what this kind of run would rather have: a profile, or a command such as `demo`.
pub fn prefer(settings: &mut Settings, run: &str, source: &'static str) {
    let stalls = table::stalls().iter().flat_map(|manifest| manifest.profile_defaults);
    for default in PROFILE_DEFAULTS.iter().chain(stalls).filter(|default| default.run == run) {
        if let Some(setting) = settings.get_mut(default.key).filter(|setting| setting.source == "default") {
            *setting = Setting { value: default.value.to_owned(), source };
        }
    }
}

fn read_file(path: &Path, settings: &mut Settings, problems: &mut Vec<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return problems.push(format!("{}: {error}", path.display())),
    };
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => return problems.push(format!("{}: {}", path.display(), error.message())),
    };
    let mut flat = Vec::new();
    flatten("", &table, &mut flat, problems);
    for (name, value) in flat {
        match KEYS.iter().find(|key| key.name == name) {
            Some(key) => drop(settings.insert(key.name, Setting { value, source: "file" })),
            None => problems.push(format!("{name} (file): there is no such key{}", nearest(&name))),
        }
    }
}

fn flatten(prefix: &str, table: &toml::Table, out: &mut Vec<(String, String)>, problems: &mut Vec<String>) {
    for (name, value) in table {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, out, problems),
            toml::Value::String(text) => out.push((name, text.clone())),
            toml::Value::Integer(number) => out.push((name, number.to_string())),
            toml::Value::Boolean(flag) => out.push((name, flag.to_string())),
            toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
                out.push((name, items.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")));
            }
            _ => problems.push(format!("{name} (file): must be a text, a whole number or a list of texts")),
        }
    }
}

/// Takes one variable in, if it is ours; the name of one that looks like ours and is not goes to `passed_over`.
fn read_variable(
    name: OsString,
    value: OsString,
    settings: &mut Settings,
    problems: &mut Vec<String>,
    passed_over: &mut Vec<String>,
) {
    // Names for the tests and for the file itself are not settings; what is no text is no name of ours.
    let Ok(name) = name.into_string() else { return };
    let ours = name.starts_with("FAIRGROUND_")
        && !name.starts_with("FAIRGROUND_TEST_")
        && !["FAIRGROUND_CONFIG", "FAIRGROUND_SEED", "FAIRGROUND_RECORDINGS"].contains(&name.as_str());
    if !ours {
        return;
    }
    let plain = name.strip_suffix("_FILE");
    let key = KEYS.iter().find(|key| key.environment() == plain.unwrap_or(&name));
    let (value, key) = match (value.into_string(), key) {
        (Ok(value), Some(key)) => (value, key),
        (Ok(value), None) if is_injected(&name, &value) => return passed_over.push(name),
        (_, None) => return problems.push(format!("{name} (environment): there is no such key")),
        (Err(_), Some(_)) => return problems.push(format!("{name} (environment): is not valid UTF-8")),
    };
    let value = match plain {
        Some(_) => std::fs::read_to_string(&value).map(|text| text.trim().to_owned()),
        None => Ok(value),
    };
    match value {
        Ok(value) => drop(settings.insert(key.name, Setting { value, source: "environment" })),
        Err(error) => problems.push(format!("{name} (environment): cannot read the file: {error}")),
    }
}

/// Names the key that was probably meant: one that shares its last part or its beginning.
fn nearest(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let alike =
        |key: &&KeySpec| key.name.ends_with(last) || key.name.starts_with(name) || name.starts_with(key.name);
    KEYS.iter().find(alike).map(|key| format!("; did you mean {}?", key.name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (OsString, OsString)> {
        pairs.iter().map(|(a, b)| (a.into(), b.into())).collect::<Vec<_>>().into_iter()
    }

    fn merge(
        file: Option<&Path>,
        environment: impl Iterator<Item = (OsString, OsString)>,
        flags: &[(&'static str, String)],
    ) -> Result<Settings, Vec<String>> {
        let Layers { settings, problems, .. } = super::merge(file, environment, flags);
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    #[test]
    fn what_an_orchestrator_injects_is_passed_over_and_a_typing_error_is_not() {
        let injected = [
            ("FAIRGROUND_SERVICE_HOST", "10.0.0.11"),
            ("FAIRGROUND_SERVICE_PORT", "8080"),
            ("FAIRGROUND_SERVICE_PORT_HTTP", "8080"),
            ("FAIRGROUND_PORT", "tcp://10.0.0.11:8080"),
            ("FAIRGROUND_PORT_8080_TCP", "tcp://10.0.0.11:8080"),
            ("FAIRGROUND_PORT_8080_TCP_PROTO", "tcp"),
            ("FAIRGROUND_PORT_8080_TCP_PORT", "8080"),
            ("FAIRGROUND_PORT_8080_TCP_ADDR", "10.0.0.11"),
            ("FAIRGROUND_SHOP_SERVICE_HOST", "fd00::11"),
            ("FAIRGROUND_SHOP_PORT_53_UDP", "udp://[fd00::11]:53"),
        ];
        let layers = super::merge(None, env(&injected), &[]);
        assert_eq!((layers.problems, layers.passed_over.len()), (Vec::new(), injected.len()));
        let mistyped = [("FAIRGROUND_PORT", "8080"), ("FAIRGROUND_LISTN", "tcp://10.0.0.11:8080")];
        assert_eq!(super::merge(None, env(&mistyped), &[]).problems.len(), 2);
    }

    #[test]
    fn a_value_that_is_no_text_is_named_and_a_strange_variable_is_nobodys_business() {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = || OsString::from_vec(vec![0xff, 0xfe]);
        let variables =
            [("FAIRGROUND_LISTEN".into(), bytes()), (bytes(), bytes()), ("LC_ALL".into(), bytes())];
        let problems = super::merge(None, variables.into_iter(), &[]).problems;
        assert_eq!(problems, ["FAIRGROUND_LISTEN (environment): is not valid UTF-8"]);
    }

    #[test]
    fn a_profile_changes_defaults_and_nothing_that_was_chosen() {
        let delay = |environment: &[(&str, &str)], profile: &str| {
            let merged = merge(None, env(environment), &[("profile", profile.to_owned())]).unwrap();
            merged["payments.mock.delay_ms"].value.clone()
        };
        assert_eq!((delay(&[], "dev"), delay(&[], "load")), ("100".to_owned(), "0".to_owned()));
        assert_eq!(delay(&[("FAIRGROUND_PAYMENTS_MOCK_DELAY_MS", "7")], "load"), "7");
    }

    #[test]
    fn later_layers_win() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fairground.toml");
        std::fs::write(&file, "listen = '127.0.0.1:1'\n[http]\ncors_origins = ['https://a', 'https://b']\nbody_bytes_max = 2048\n").expect("written");
        let settings = merge(
            Some(&file),
            env(&[
                ("FAIRGROUND_LISTEN", "127.0.0.1:2"),
                ("HOME", "/"),
                ("FAIRGROUND_HTTP_BODY_BYTES_MAX", "4096"),
            ]),
            &[("listen", "127.0.0.1:3".into())],
        )
        .expect("all good");
        assert_eq!(settings["listen"], Setting { value: "127.0.0.1:3".into(), source: "flag" });
        assert_eq!(settings["http.body_bytes_max"], Setting { value: "4096".into(), source: "environment" });
        assert_eq!(settings["http.cors_origins"].value, "https://a,https://b");
        assert_eq!(settings["profile"].source, "default");
    }

    #[test]
    fn every_bad_key_is_listed_at_once() {
        let problems = merge(
            None,
            env(&[
                ("FAIRGROUND_NODE", "500"),
                ("FAIRGROUND_NOPE", "1"),
                ("FAIRGROUND_AUTH_SIGNING_KEY", "zz"),
            ]),
            &[("profile", "prod".into())],
        )
        .expect_err("bad");
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| !problem.contains("zz")), "a secret was printed");
    }

    #[test]
    fn unknown_keys_of_the_file_are_refused_with_the_likely_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fairground.toml");
        std::fs::write(&file, "[auth]\ncost = 4\n[log]\nlevle = 'x'\n").expect("written");
        let problems = merge(Some(&file), env(&[]), &[]).expect_err("bad");
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
