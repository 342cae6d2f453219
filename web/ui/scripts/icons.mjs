// Draws public/icons/*.png from icon.svg with a browser. Run it after the SVG
// changed; the pictures are kept in the repository. CHROMIUM names the browser.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const icons = fileURLToPath(new URL('../public/icons/', import.meta.url));
const svg = await readFile(`${icons}icon.svg`, 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();

// Launchers cut maskable icons; those fill the square and keep to its middle.
async function draw(name, size, maskable) {
  const source = maskable ? svg.replace(' rx="116"', '').replace('viewBox="0 0 512 512"', 'viewBox="-64 -64 640 640" style="background:#120d08"') : svg;
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`);
  await writeFile(`${icons}${name}`, await page.screenshot({ omitBackground: !maskable }));
}

await draw('icon-192.png', 192, false);
await draw('icon-512.png', 512, false);
await draw('icon-180.png', 180, true); // Apple cuts the corners itself
await draw('maskable-512.png', 512, true);
await browser.close();
