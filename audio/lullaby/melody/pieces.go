package melody

// All returns the pieces.
func All() []Piece {
	return []Piece{
		{
			ID: "brahms", Title: "Brahms' Lullaby",
			Origin: "Johannes Brahms, Wiegenlied op. 49 no. 4, 1868",
			tempo:  66, bar: 3, pickup: 1, verses: 2,
			notes: `a'8 a' |
				c''4. a'8 a'4 | c''2 a'8 c'' | f''4 e''4. d''8 | d''4 c'' g'8 a' |
				bes'4 g' g'8 a' | bes'2 g'8 bes' | e'' d'' c''4 e'' | f''2 f'8 f' |
				f''2 d''8 bes' | c''2 a'8 f' | bes'4 c'' d'' | c''2 f'8 f' |
				f''2 d''8 bes' | c''2 a'8 f' | bes'4 a' g' | f'2`,
			chords: `F | F | Bes | F | C7 | C7 | C7 | F | Bes | F | C7 | F | Bes | F | C7 | F`,
		},
		{
			ID: "twinkle", Title: "Twinkle, Twinkle, Little Star",
			Origin: "Ah ! vous dirai-je, maman, French air, in print by 1761",
			tempo:  72, bar: 4, verses: 2,
			notes: `f'4 f' c'' c'' | d'' d'' c''2 | bes'4 bes' a' a' | g' g' f'2 |
				c''4 c'' bes' bes' | a' a' g'2 | c''4 c'' bes' bes' | a' a' g'2 |
				f'4 f' c'' c'' | d'' d'' c''2 | bes'4 bes' a' a' | g' g' f'2`,
			chords: `F | Bes F | Bes F | C7 F | F Bes | F C7 | F Bes | F C7 | F | Bes F | Bes F | C7 F`,
		},
		{
			ID: "schlaf-kindlein", Title: "Schlaf, Kindlein, schlaf",
			Origin: "Johann Friedrich Reichardt, 1781",
			tempo:  56, bar: 2, verses: 3,
			notes: `a'4 g'8 g' | f'4 r8 c' | a' a' g' g' | f'4 r8 f' |
				bes' bes' g' g' | c'' c'' a' a' | bes' bes' g' g' | c'' c'' a'4 |
				a' g'8 g' | f'2`,
			chords: `F C | F | F C | F | Bes C | F | Bes C | F | F C7 | F`,
		},
		{
			ID: "der-mond", Title: "Der Mond ist aufgegangen",
			Origin: "Johann Abraham Peter Schulz, Lieder im Volkston, 1790",
			tempo:  66, bar: 4, pickup: 1, verses: 2,
			notes: `f'4 |
				g' f' bes' a' | g'2 f'4 a' | a' a' d'' c'' | bes'2 a'4 a' | a' a' bes' a' | g'2. f'4 |
				g' f' bes' a' | g'2 f'4 a' | a' a' d'' c'' | bes'2 a'4 a' | a' a' bes' a' | g' g' f'`,
			chords: `C7 F Bes F | C7 F | F F Bes F | C7 F | F F Bes F | C7 C7 C7 F |
				C7 F Bes F | C7 F | F F Bes F | C7 F | F F Bes F | C7 C7 F F`,
		},
		{
			ID: "frere-jacques", Title: "Frère Jacques",
			Origin: "French round, in a manuscript of about 1780",
			tempo:  72, bar: 4, verses: 2,
			notes: `f'4 g' a' f' | f' g' a' f' | a' bes' c''2 | a'4 bes' c''2 |
				c''8 d'' c'' bes' a'4 f' | c''8 d'' c'' bes' a'4 f' | f' c' f'2 | f'4 c' f'2`,
			chords: `F C7 F F | F C7 F F | F C7 F F | F C7 F F | F | F | F C7 F F | F C7 F F`,
		},
		{
			ID: "au-clair", Title: "Au clair de la lune",
			Origin: "French song, about 1780",
			tempo:  76, bar: 4, verses: 1,
			notes: `f'4 f' f' g' | a'2 g' | f'4 a' g' g' | f'1 |
				f'4 f' f' g' | a'2 g' | f'4 a' g' g' | f'1 |
				g'4 g' g' g' | d'2 d' | g'4 f' e' d' | c'1 |
				f'4 f' f' g' | a'2 g' | f'4 a' g' g' | f'1`,
			chords: `F | F C | F C7 | F | F | F C | F C7 | F |
				C | Dm | G7 | C7 | F | F C | F C7 | F`,
		},
		{
			ID: "canon", Title: "Pachelbel's Canon",
			Origin: "Johann Pachelbel, Canon in D, before 1706",
			tempo:  60, bar: 4, verses: 1,
			notes: `fis''2 e'' | d'' cis'' | b' a' | b' cis'' |
				d'' cis'' | b' a' | g' fis' | g' e' |
				d'4 fis' a' g' | fis' d' fis' e' | d' b d' a' | g' b' a' g' |
				fis' d' e' cis'' | d'' fis'' a'' a' | b' g' a' fis' | d' d'' d''4. cis''8 |
				d''1`,
			chords: `D A | Bm Fism | G D | G A | D A | Bm Fism | G D | G A |
				D A | Bm Fism | G D | G A | D A | Bm Fism | G D | G A | D`,
		},
		{
			ID: "amazing-grace", Title: "Amazing Grace",
			Origin: "New Britain, American tune, Columbian Harmony, 1829",
			tempo:  66, bar: 3, pickup: 1, verses: 2,
			notes: `c'4 |
				f'2 a'8 f' | a'2 g'4 | f'2 d'4 | c'2 c'4 | f'2 a'8 f' | a'2 g'4 | c''2. | r2 a'4 |
				c''4. a'8 c'' a' | f'2 c'4 | d'4. f'8 f' d' | c'2 c'4 | f'2 a'8 f' | a'2 g'4 | f'2. | r2`,
			chords: `F | F | Bes | F | F | Dm | C | C7 | F | F | Bes | F | F | C7 | F | F`,
		},
		{
			ID: "greensleeves", Title: "Greensleeves",
			Origin: "English tune, registered in London in 1580",
			tempo:  54, bar: 3, pickup: 0.5, verses: 1,
			notes: `a'8 |
				c''4 d''8 e''8. f''16 e''8 | d''4 b'8 g'8. a'16 b'8 | c''4 a'8 a'8. gis'16 a'8 | b'4 gis'8 e'4 a'8 |
				c''4 d''8 e''8. f''16 e''8 | d''4 b'8 g'8. a'16 b'8 | c''8. b'16 a'8 gis'8. fis'16 gis'8 | a'4. a' |
				g'' g''8. fis''16 e''8 | d''4 b'8 g'8. a'16 b'8 | c''4 a'8 a'8. gis'16 a'8 | b'4 gis'8 e'4. |
				g'' g''8. fis''16 e''8 | d''4 b'8 g'8. a'16 b'8 | c''8. b'16 a'8 gis'8. fis'16 gis'8 | a'4. a'4`,
			chords: `Am Am | G G | Am Am | E E | Am Am | G G | Am E | Am Am |
				C C | G G | Am Am | E E | C C | G G | Am E | Am Am`,
		},
	}
}
