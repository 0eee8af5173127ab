//! Which points are played.

use cache_budget::statistics::sweep::Design;

#[test]
fn a_grid_is_every_combination_the_last_axis_fastest() {
    let places = Design::Grid.places(&[Some(2), Some(3)], 1);
    // In the middle of each value's share: 1/4, 3/4 and 1/6, 3/6, 5/6.
    let (a, b) = ([0.25, 0.75], [1.0 / 6.0, 0.5, 2.5 / 3.0]);
    let expected: Vec<Vec<f64>> = a.iter().flat_map(|a| b.iter().map(move |b| vec![*a, *b])).collect();
    assert_eq!(places, expected);
    assert_eq!(Design::Grid.count(&[Some(2), Some(3)]), Some(6));
    assert_eq!(Design::Grid.count(&[Some(2), None]), None);
    assert_eq!(Design::Grid.count(&[Some(usize::MAX), Some(usize::MAX)]), Some(u64::MAX));
}

#[test]
fn a_sample_is_spread_evenly_and_depends_on_the_seed() {
    let places = Design::Sample(256).places(&[None, None, Some(7)], 1);
    assert_eq!(places.len(), 256);
    // A Sobol sequence of 2⁸ points has exactly 16 in each sixteenth of each axis, and exactly one in
    // each of the 16 × 16 squares of its first two axes.
    for axis in 0..3 {
        for part in 0..16 {
            let inside = |point: &&Vec<f64>| (point[axis] * 16.0) as usize == part;
            assert_eq!(places.iter().filter(inside).count(), 16);
        }
    }
    let square = |point: &Vec<f64>| ((point[0] * 16.0) as usize, (point[1] * 16.0) as usize);
    let squares: std::collections::BTreeSet<_> = places.iter().map(square).collect();
    assert_eq!(squares.len(), 256);
    assert_ne!(places, Design::Sample(256).places(&[None, None, Some(7)], 2));
    // More points are these and more.
    assert_eq!(places[..64], Design::Sample(64).places(&[None, None, Some(7)], 1));
}

#[test]
fn a_row_for_sobol_indices_mixes_two_points() {
    let design = Design::Sobol(8);
    let places = design.places(&[None; 3], 1);
    assert_eq!((places.len(), design.count(&[None; 3])), (40, Some(40)));
    for row in places.chunks(5) {
        let (a, b) = (&row[0], &row[1]);
        for input in 0..3 {
            let expected: Vec<f64> = (0..3).map(|i| if i == input { b[i] } else { a[i] }).collect();
            assert_eq!(row[2 + input], expected);
        }
    }
}

#[test]
fn a_path_of_morris_moves_every_input_once() {
    let design = Design::Morris(50);
    let places = design.places(&[None; 4], 1);
    assert_eq!((places.len(), design.count(&[None; 4])), (250, Some(250)));
    let (mut up, mut orders) = (0, std::collections::BTreeSet::new());
    for path in places.chunks(5) {
        let moved: Vec<usize> = path
            .windows(2)
            .map(|step| {
                let moved: Vec<usize> = (0..4).filter(|input| step[0][*input] != step[1][*input]).collect();
                assert_eq!(moved.len(), 1, "one input at a time");
                let by = step[1][moved[0]] - step[0][moved[0]];
                assert!((by.abs() - 2.0 / 3.0).abs() < 1e-12, "two of the three steps between levels");
                up += usize::from(by > 0.0);
                moved[0]
            })
            .collect();
        let mut sorted = moved.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3], "each once");
        orders.insert(moved);
        assert!(path.iter().flatten().all(|place| (0.0..=1.0).contains(place)));
    }
    assert!((60..140).contains(&up), "half of 200 steps go up: {up}");
    assert!(orders.len() > 10, "in orders of their own");
}
