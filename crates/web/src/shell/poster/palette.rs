//! Colours that go together. Chosen by eye; order is part of what a seed means, so append only.

/// Two grounds (deep, mid), two voices (main, second) and a light.
#[derive(Debug)]
pub struct Palette {
    /// The ground.
    pub deep: &'static str,
    /// A step away from the ground.
    pub mid: &'static str,
    /// The loud colour.
    pub main: &'static str,
    /// The answering colour.
    pub second: &'static str,
    /// Lamps, stars, paper.
    pub light: &'static str,
}

impl Palette {
    /// The three colours that may stand on the ground.
    pub const fn voices(&self) -> [&'static str; 3] {
        [self.main, self.second, self.light]
    }
}

const fn palette(
    deep: &'static str,
    mid: &'static str,
    main: &'static str,
    second: &'static str,
    light: &'static str,
) -> Palette {
    Palette { deep, mid, main, second, light }
}

/// Every palette.
pub const PALETTES: [Palette; 10] = [
    palette("#241637", "#7a2e5d", "#ee6352", "#f7b267", "#fdeccf"),
    palette("#06222d", "#0f4c5c", "#2fb6a3", "#eec76b", "#f6f2dd"),
    palette("#160b30", "#3f1b7d", "#9a4dff", "#ff6aa9", "#ffd9ea"),
    palette("#1d1a26", "#4a2230", "#d8402f", "#f2ae3d", "#f5ecd9"),
    palette("#0d2018", "#1f4f38", "#63b077", "#dbe58e", "#fff8d8"),
    palette("#0a1445", "#1c3fcf", "#5c8dff", "#ffb81c", "#fff3d3"),
    palette("#33202a", "#8c3f4d", "#ee6a45", "#f6bda9", "#fdeee9"),
    palette("#121116", "#37323c", "#a5894f", "#e6bb5c", "#fff4d3"),
    palette("#0f1519", "#213540", "#c9f550", "#ff5775", "#f2ffe3"),
    palette("#192746", "#475e8d", "#e5806a", "#ecb086", "#fde6cf"),
];
