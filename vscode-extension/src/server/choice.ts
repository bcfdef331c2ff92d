/** The JDK that runs the server: which it is, and what to say when there is none. */
import * as vscode from 'vscode';
import { allJdks, findJdk, jdkAt, jdkNear, OLDEST_JDK, type Jdk } from './jdk';

/** No JDK is there, or not the right one; the message is for the user. */
export class JdkError extends Error {}

/**
 * The setting's JDK, or the one that is found.
 *
 * @throws JdkError
 */
export function chosenJdk(setting = home()): Jdk {
  if (!setting) {
    const found = findJdk();
    if (!found) {
      throw new JdkError(`Ringside needs a JDK ${OLDEST_JDK} or newer, and found none.`);
    }
    return found;
  }
  const jdk = jdkAt(setting);
  if (!jdk) {
    throw new JdkError(
      `Ringside needs a JDK ${OLDEST_JDK} or newer. The setting ringside.javaHome is ${setting}, and there is no JDK in that folder.`,
    );
  }
  if (jdk.version < OLDEST_JDK) {
    throw new JdkError(
      `Ringside needs a JDK ${OLDEST_JDK} or newer. The setting ringside.javaHome is ${setting}, a JDK ${jdk.version}.`,
    );
  }
  return jdk;
}

function home(): string {
  return vscode.workspace.getConfiguration('ringside').get('javaHome', '').trim();
}

async function use(jdkHome: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('ringside');
  await settings.update('javaHome', jdkHome, vscode.ConfigurationTarget.Global);
}

const SELECT = 'Select Folder…';
const SETTINGS = 'Open Settings';
const INSTALL = 'How to Install';

/**
 * Says that a JDK is needed, and helps to get at one.
 *
 * @returns whether there is one now
 */
export async function askForJdk(error: JdkError): Promise<boolean> {
  const answer = await vscode.window.showErrorMessage(error.message, SELECT, SETTINGS, INSTALL);
  if (answer === SELECT) {
    return await browse();
  }
  if (answer === SETTINGS) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'ringside.javaHome');
  } else if (answer === INSTALL) {
    await showHowToInstall();
  }
  return false;
}

async function showHowToInstall(): Promise<void> {
  await vscode.env.openExternal(
    vscode.Uri.parse(`https://adoptium.net/temurin/releases/?version=${OLDEST_JDK}&package=jdk`),
  );
}

async function browse(): Promise<boolean> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: 'Use This JDK',
    title: `The folder of a JDK ${OLDEST_JDK} or newer`,
  });
  const folder = picked?.[0]?.fsPath;
  if (folder === undefined) {
    return false;
  }
  const jdk = jdkNear(folder);
  if (!jdk || jdk.version < OLDEST_JDK) {
    return await askForJdk(
      new JdkError(
        jdk
          ? `${folder} is a JDK ${jdk.version}; Ringside needs ${OLDEST_JDK} or newer.`
          : `There is no JDK in ${folder}: it would have bin/java and a file named release.`,
      ),
    );
  }
  await use(jdk.home);
  return true;
}

/** *Ringside: Select JDK…*: lists the JDKs of this machine, with their versions. */
export async function selectJdk(): Promise<void> {
  type Item = vscode.QuickPickItem & { readonly choose?: () => Promise<unknown> };
  const current = home();
  const jdks = allJdks();
  const item = (jdk: Jdk): Item => ({
    label: `${jdk.home === current ? '$(check)' : '$(coffee)'} JDK ${jdk.version}`,
    description: jdk.home,
    choose: () => use(jdk.home),
  });
  const fit = jdks.filter((jdk) => jdk.version >= OLDEST_JDK);
  const old = jdks.filter((jdk) => jdk.version < OLDEST_JDK);
  const found = findJdk();
  const items: Item[] = [
    ...(found
      ? [
          {
            label: `${current ? '$(search)' : '$(check)'} Find automatically`,
            description: `now JDK ${found.version} in ${found.home}`,
            choose: () => use(''),
          },
        ]
      : []),
    ...fit.map(item),
    { label: '$(folder-opened) Select Folder…', choose: browse },
    { label: '$(link-external) How to Install', choose: showHowToInstall },
    ...(old.length > 0
      ? [{ label: `older than ${OLDEST_JDK}`, kind: vscode.QuickPickItemKind.Separator }]
      : []),
    ...old.map((jdk) => ({ label: `$(circle-slash) JDK ${jdk.version}`, description: jdk.home })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Ringside: the JDK that runs the server',
    placeHolder: `JDK ${OLDEST_JDK} or newer`,
  });
  await picked?.choose?.();
}
