'use strict';
(() => {
	const SHOWN = 120;
	const at = id => document.getElementById(id);
	const index = JSON.parse(at('index').textContent);
	const places = new Map(index.areas.map((area, place) => [area.c, place]));
	const number = new Intl.NumberFormat(at('found').dataset.locale);

	// Readers type "ngoc lung" for "Ngọc Lũng": marks are taken off both sides, and đ is no d with a mark.
	const fold = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase();
	for (const area of index.areas) {
		area.folded = fold([area.n, area.w || '', area.c].join(' '));
	}

	function matches() {
		const words = fold(at('query').value).split(/\s+/).filter(Boolean);
		const level = at('level').value, verdict = at('verdict').value;
		return index.areas.filter(area =>
			(level === '' || area.l === Number(level)) && (verdict === '' || area.v === verdict) &&
			words.every(word => area.folded.includes(word)));
	}

	function item(area) {
		const li = document.createElement('li'), link = document.createElement('a'), more = document.createElement('small');
		link.href = '#area-' + encodeURIComponent(area.c);
		link.textContent = area.n || area.c;
		more.textContent = [' ' + area.c, area.w].filter(Boolean).join(' · ');
		li.append(link, more);
		if (area.p) {
			const difference = document.createElement('small');
			difference.dataset.verdict = area.v;
			difference.textContent = ' ' + area.p + '%';
			li.append(difference);
		}
		return li;
	}

	function list() {
		const all = matches(), found = at('found');
		at('list').replaceChildren(...all.slice(0, SHOWN).map(item));
		found.textContent = found.dataset.found + ': ' + number.format(all.length) +
			(all.length > SHOWN ? ' (' + found.dataset.shown + ' ' + number.format(SHOWN) + ')' : '');
	}

	async function view(place) {
		const packed = at('block' + Math.floor(place / index.blockSize)).textContent;
		const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
		const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
		return JSON.parse(await new Response(text).text())[place % index.blockSize];
	}

	function cells(values) {
		const tr = document.createElement('tr');
		values.slice(0, 11).forEach((value, column) => {
			const cell = document.createElement(column === 1 ? 'th' : 'td');
			cell.textContent = value;
			if (column === 1) cell.scope = 'row';
			if (column > 1 && column < 9) cell.className = 'n';
			if (column === 9) cell.dataset.verdict = values[11];
			if (column === 10) cell.className = 'notes';
			tr.append(cell);
		});
		return tr;
	}

	function part(data) {
		const section = at('part').content.cloneNode(true), figure = section.querySelector('figure');
		section.querySelector('h4').textContent = data.definition;
		section.querySelector('.scroll').setAttribute('aria-label', data.definition);
		figure.innerHTML = data.figure; // drawn by the program that wrote this page, names escaped
		figure.hidden = !data.figure;
		section.querySelector('.unpictured').hidden = !!data.figure;
		section.querySelector('tbody').append(...data.rows.map(cells));
		if (data.why) explain(section.querySelector('.why'), data.why);
		return section;
	}

	function explain(section, why) {
		section.hidden = false;
		section.querySelector('.cause strong').textContent = why.cause;
		section.querySelector('.cause small').textContent = why.note || '';
		section.querySelector('.fall').innerHTML = why.figure || ''; // as the pyramid
		section.querySelector('.fall').hidden = !why.figure;
		const unknown = section.querySelector('.unknown');
		unknown.textContent = why.unknown ? unknown.dataset.word + ': ' + why.unknown : '';
		rows(section.querySelector('.split'), why.parts, 5);
		rows(section.querySelector('.fits'), why.fits, 9);
	}

	// Rows with a head and numbers, up to the column of remarks.
	function rows(region, all, remarks) {
		region.hidden = all.length === 0;
		region.querySelector('tbody').append(...all.map(values => {
			const tr = document.createElement('tr');
			values.forEach((value, column) => {
				const cell = document.createElement(column ? 'td' : 'th');
				cell.textContent = value;
				if (!column) cell.scope = 'row';
				else cell.className = column === remarks ? 'notes' : 'n';
				tr.append(cell);
			});
			return tr;
		}));
	}

	async function show(place) {
		const area = index.areas[place], article = at('area'), data = await view(place);
		const where = article.querySelector('.where');
		article.dataset.code = area.c;
		article.querySelector('h3').textContent = area.n || area.c;
		where.textContent = [where.dataset.word + ' ' + area.c, area.w].filter(Boolean).join(' · ');
		article.querySelector('.nothing').hidden = data.parts.length > 0;
		article.querySelector('.parts').replaceChildren(...data.parts.map(part));
		article.scrollIntoView();
		article.querySelector('h3').focus({ preventScroll: true });
	}

	function follow() {
		const match = /^#area-(.*)$/.exec(location.hash);
		const place = match && places.get(decodeURIComponent(match[1]));
		if (place != null) show(place).catch(() => { at('old').hidden = false; });
	}

	index.levels.forEach((level, i) => at('level').append(new Option(level, i)));
	at('finder').hidden = false;
	at('finder').addEventListener('submit', event => event.preventDefault());
	for (const id of ['query', 'level', 'verdict']) at(id).addEventListener('input', list);
	addEventListener('hashchange', follow);
	list();
	follow();
})();
