import { describe, expect, it } from 'vitest';
import type { Node, Row } from '../src/views/nodes';
import { Rows } from '../src/views/nodes';

const leaf = (id: string, description: string): Row => ({
  id,
  label: id,
  description,
  icon: 'symbol-field',
});
const area = (id: string, description: string, ...children: Row[]): Row => ({
  ...leaf(id, description),
  children,
});

function tree() {
  const rows = new Rows();
  const drawn: (string[] | 'all')[] = [];
  rows.onDidChangeTreeData((nodes: Node[] | undefined) => {
    drawn.push(nodes ? nodes.map((node) => node.row.id) : 'all');
  });
  return { rows, drawn };
}

describe('Rows', () => {
  it('draw again only what looks different', () => {
    const { rows, drawn } = tree();
    rows.show([area('a', '', leaf('x', '1'), leaf('y', '1')), area('b', '', leaf('z', '1'))]);
    rows.show([area('a', '', leaf('x', '1'), leaf('y', '2')), area('b', '', leaf('z', '1'))]);
    rows.show([area('a', '', leaf('x', '1'), leaf('y', '2')), area('b', '', leaf('z', '1'))]);
    rows.show([
      area('a', '1 changed', leaf('x', '2'), leaf('y', '2')),
      area('b', '', leaf('z', '1')),
    ]);
    expect(drawn).toEqual(['all', ['y'], ['a']]);
  });

  it('keep the node of an id, so that what is open stays open', () => {
    const { rows } = tree();
    rows.show([area('a', '', leaf('x', '1'))]);
    const [before] = rows.getChildren();
    rows.show([area('a', 'new', leaf('x', '1'), leaf('y', '1')), area('b', '')]);
    const [after] = rows.getChildren();
    expect(after).toBe(before);
    expect(after?.children.map((node) => node.row.id)).toEqual(['x', 'y']);
    expect(after?.children[1] && rows.getParent(after.children[1])).toBe(after);
  });

  it('go faint as a whole when the guest has gone on', () => {
    const { rows, drawn } = tree();
    const shown = [area('a', '', leaf('x', '1'))];
    rows.show(shown);
    rows.show(shown, true);
    rows.show(shown, true);
    expect(drawn).toEqual(['all', 'all']);
    const [node] = rows.getChildren();
    expect(node && rows.getTreeItem(node).resourceUri?.path).toBe('/old');
  });
});
