//! Charts as PNG files. `cli` writes them.

use super::color::Theme;
use super::figure::Figure;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// The fonts for charts, built into the program. No font of the system is used, so that a chart is the same
/// everywhere.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
    fonts.load_font_data(notosans::BOLD_TTF.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// A chart as a PNG file, with `scale` pixels for each pixel of the drawing.
///
/// # Panics
/// If `scale` is not from 0.1 to 10.
pub(super) fn png(figure: &Figure, theme: Theme, scale: f32) -> Vec<u8> {
    assert!((0.1..=10.0).contains(&scale), "a picture needs pixels: {scale}");
    let options = Options { fontdb: FONTS.clone(), font_family: "Noto Sans".into(), ..Options::default() };
    let tree = Tree::from_str(&figure.svg(theme), &options).expect("a drawing is an SVG");
    let pixels = |length: u32| (length as f32 * scale) as u32;
    let pixmap = Pixmap::new(pixels(figure.width), pixels(figure.height));
    let mut pixmap = pixmap.expect("a figure has a width and a height");
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().expect("pixels have a PNG form")
}
