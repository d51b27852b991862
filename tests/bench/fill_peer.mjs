// fill_peer.mjs FOLDER SET-XFORM RECORD-XFORM: what tests/bench/fill does, done
// by @getodk/xforms-engine, which stands in FOLDER with jsdom.  CPU time, in a
// box the wall; the engine is warm before it is measured.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [, , folder, setFile, recordFile] = globalThis.process.argv;
const require = createRequire(folder + '/');
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('');

globalThis.window = window;
for (const name of Object.getOwnPropertyNames(window))
	if (/^(document|DOMParser|XMLSerializer|XPath.*|Node.*|.*Element|Document.*|Text|Attr|Comment|.*Node)$/.test(name) &&
	    !(name in globalThis))
		globalThis[name] = window[name];

// The engine is built for browsers: it must not see that this is node.
const { process } = globalThis;
delete globalThis.process;
const engine = await import(
	folder + '/node_modules/@getodk/xforms-engine/dist/index.js');
globalThis.process = process;

const boxed = process.env.BENCH_BOXED !== undefined;
const SECONDS = boxed ? 5 : 2;
const WARM_SECONDS = boxed ? 10 : 1;
const cost = () => {
	if (boxed)
		return performance.now() / 1e3;
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
};

async function load(file) {
	const form = await engine.loadForm(readFileSync(file, 'utf8'));
	if (form.status === 'failure')
		throw form.error;
	return form;
}

const field = (node) => node.currentState;
const isQuestion = (node) => node.nodeType === 'input';

async function benchSet() {
	const form = await load(setFile);
	const { root } = form.createInstance();
	const all = root.currentState.children;
	const questions = all.filter(isQuestion);
	const keyed = new Array(200).fill(0n);
	for (const q of questions)
		q.setValue(0n);
	let done = 0, took = 0;
	const key = (seconds) => {
		const start = cost();
		const from = done;
		do {
			for (let k = 0; k < 20; k++, done++) {
				const i = done * 7 % 200;
				keyed[i] = BigInt(done % 997 + 1);
				questions[i].setValue(keyed[i]);
			}
			took = cost() - start;
		} while (took < seconds);
		return (done - from) / took;
	};
	key(WARM_SECONDS);
	const rate = key(SECONDS);
	let sum = 0n;
	for (let i = 180; i < 200; i++)
		sum += keyed[i];
	const last = all.find((n) => n.currentState.reference === '/data/c99');
	if (BigInt(field(last).value) !== sum)
		throw new Error('a sum came out wrong');
	return rate;
}

async function oneRecord(form, salt) {
	const { root } = form.createInstance();
	let n = 2, answers = 0;
	for (const q of root.currentState.children) {
		if (isQuestion(q) && field(q).relevant) {
			q.setValue(BigInt(n % 90 + salt));
			answers++;
		}
		n++;
	}
	if (root.validationState.violations.length > 0 || answers !== 80)
		throw new Error('a record came out wrong');
	const payload = await root.prepareInstancePayload();
	return payload.status;
}

async function benchRecord() {
	const form = await load(recordFile);
	const run = async (seconds) => {
		const start = cost();
		let n = 0;
		for (; cost() - start < seconds; n++)
			if (await oneRecord(form, n % 7) !== 'ready')
				throw new Error('a record is not ready');
		return n / (cost() - start);
	};
	await run(WARM_SECONDS);
	return run(SECONDS);
}

console.log(`set\t${(await benchSet()).toFixed(1)}`);
console.log(`record\t${(await benchRecord()).toFixed(1)}`);
